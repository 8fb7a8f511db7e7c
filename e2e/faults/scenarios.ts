import {
  degradeProvider,
  dieAt,
  disturb,
  kill,
  pause,
  republish,
  restart,
  shuffleFor,
  skewClock,
  stopFor,
} from './actions/actions.ts';
import { browseWhile } from './actions/browse.ts';
import { placeAndCancel } from './actions/cancel-races.ts';
import { blockConsumer, makeReadOnly, revokeGrant } from './actions/environment.ts';
import { loseEvents } from './actions/lose-events.ts';
import { poisonOrders } from './actions/poison.ts';
import { joinAndLeave, rollAll, stopTheLeader } from './actions/replicas.ts';
import { republishOldPrices } from './actions/republish-old-prices.ts';
import { sendStrangeBytes } from './actions/strange-bytes.ts';
import { reduceReplicas, refusePlace, refuseProducts } from './actions/stuck-topics.ts';
import { hold } from './rig/hold.ts';
import type { Rig, ServiceName } from './rig/rig.ts';
import { serviceNames } from './rig/rig.ts';

/** Something that goes wrong while clients are at work. */
export interface Scenario {
  name: string;
  /** Of each kind, the short form plays one. */
  kind: string;
  /** How many brokers it needs. */
  brokers: 1 | 3;
  /** Does it, and lets it last; what is not mended by then is mended afterwards. */
  act(rig: Rig): Promise<void>;
}

const scenario = (kind: string, name: string, act: Scenario['act'], brokers: 1 | 3 = 1): Scenario => {
  return { kind, name, act, brokers };
};

/** Longer than Kafka waits for a member of a group, and than Postgres waits for a leader. */
const LONG_MS = 8_000;
const SHORT_MS = 2_500;

const kills = [
  ...serviceNames.map((name) => scenario('kill', `${name} is killed`, (rig) => kill(rig, name))),
  scenario('kill', 'order and payment are killed at once', (rig) => kill(rig, 'order', 'payment')),
  scenario('kill', 'inventory and notification are killed at once', (rig) =>
    kill(rig, 'inventory', 'notification'),
  ),
  scenario('kill', 'all services are killed at once, twice', async (rig) => {
    await kill(rig, ...serviceNames);
    await kill(rig, ...serviceNames);
  }),
];

const pauses = [
  ...serviceNames.map((name) =>
    scenario('pause', `${name} is stopped, and wakes up`, (rig) => pause(rig, LONG_MS, name)),
  ),
  scenario('pause', 'order and inventory are stopped at once, for a short time', (rig) =>
    pause(rig, SHORT_MS, 'order', 'inventory'),
  ),
];

/** Each crash point, in each service that comes to it. */
const POINTS: [point: string, services: ServiceName[]][] = [
  ['after-commit-before-answer', ['order']],
  ['after-commit-before-publish', ['order', 'inventory', 'payment']],
  ['after-publish-before-delete', ['order', 'inventory', 'payment']],
  ['after-effects-before-commit', serviceNames],
  ['after-commit-before-offset', serviceNames],
  ['after-claim-before-call of capture payment', ['payment']],
  ['after-call-before-commit of capture payment', ['payment']],
  ['after-call-before-commit of refund payment', ['payment']],
  ['after-call-before-commit of send message', ['notification']],
];

const crashes = POINTS.flatMap(([point, services]) =>
  services.map((service) =>
    scenario('crash', `${service} dies ${point}`, (rig) => dieAt(rig, service, point)),
  ),
);

const servers = [
  scenario('postgres', 'Postgres is killed', (rig) => kill(rig, 'postgres')),
  scenario('postgres', 'Postgres is killed three times', async (rig) => {
    for (const wait of [700, 1_500, 0]) {
      await kill(rig, 'postgres');
      await hold(wait);
    }
  }),
  scenario('postgres', 'Postgres is away for some seconds', (rig) => stopFor(rig, 4_000, 'postgres')),
  scenario('redis', 'Redis is killed', (rig) => browseWhile(rig, () => kill(rig, 'redis'))),
  scenario('redis', 'Redis is silent', (rig) => browseWhile(rig, () => pause(rig, SHORT_MS, 'redis'))),
  scenario('redis', 'Redis is away, then empty', (rig) =>
    browseWhile(rig, () => stopFor(rig, SHORT_MS, 'redis')),
  ),
  scenario('kafka', 'Kafka is killed', (rig) => kill(rig, 'kafka')),
  scenario('kafka', 'Kafka is away for some seconds', (rig) => stopFor(rig, 6_000, 'kafka')),
  scenario('kafka', 'Kafka is silent', (rig) => pause(rig, 4_000, 'kafka')),
  scenario('postgres', 'Postgres and Kafka are killed at once', (rig) => kill(rig, 'postgres', 'kafka')),
];

const ways = [
  scenario('network', 'the way to Postgres is cut', (rig) => disturb(rig, 'postgres', 'cut', SHORT_MS)),
  scenario('network', 'the way to Postgres is silent', (rig) => disturb(rig, 'postgres', 'freeze', 4_000)),
  scenario('network', 'the way to Postgres is slow', (rig) =>
    disturb(rig, 'postgres', { delayMs: 40 }, 4_000),
  ),
  scenario('network', 'connections to Postgres are reset, again and again', (rig) =>
    again(rig, 8, 'postgres'),
  ),
  scenario('network', 'the way to Kafka is cut', (rig) => disturb(rig, 'kafka', 'cut', 4_000)),
  scenario('network', 'the way to Kafka is slow', (rig) => disturb(rig, 'kafka', { delayMs: 100 }, 4_000)),
  scenario('network', 'connections to Kafka are reset, again and again', (rig) => again(rig, 8, 'kafka')),
  scenario('network', 'the way to Kafka is silent', (rig) => disturb(rig, 'kafka', 'freeze', LONG_MS)),
  scenario('network', 'the way to the payment provider is cut', (rig) =>
    disturb(rig, 'payment-provider', 'cut', SHORT_MS),
  ),
  scenario('network', 'connections to the payment provider are reset', (rig) =>
    again(rig, 15, 'payment-provider'),
  ),
  scenario('network', 'the payment provider is silent', (rig) =>
    disturb(rig, 'payment-provider', 'freeze', SHORT_MS),
  ),
];

async function again(rig: Rig, times: number, server: string): Promise<void> {
  for (let time = 0; time < times; time++) await disturb(rig, server, 'reset', rig.random.between(100, 400));
}

const outside = [
  scenario('provider', 'the payment provider is slow', (rig) => upset(rig, { latencyMs: 1_500 })),
  scenario('provider', 'the payment provider fails half of the time', (rig) =>
    upset(rig, { errorRate: 0.5 }),
  ),
  scenario('provider', 'the payment provider loses half of its replies', (rig) =>
    upset(rig, { dropReplyRate: 0.5 }),
  ),
  scenario('provider', 'the payment provider is killed', (rig) => kill(rig, 'payment-provider')),
  scenario('provider', 'the payment provider is away', (rig) => stopFor(rig, 4_000, 'payment-provider')),
  scenario('mailbox', 'the mailbox is away', (rig) => stopFor(rig, 3_000, 'mailbox')),
];

async function upset(rig: Rig, behaviour: Parameters<typeof degradeProvider>[1]): Promise<void> {
  rig.note(`the payment provider: ${JSON.stringify(behaviour)} for 3000 ms`);
  await degradeProvider(rig, behaviour);
  await hold(3_000);
}

const deliveries = [
  scenario('deliveries', 'much is said again, in any order', async (rig) => {
    for (let time = 0; time < 5; time++) await republish(rig, 300);
  }),
  scenario('deliveries', 'what is heard is in any order', (rig) => shuffleFor(rig, 5_000)),
  scenario('deliveries', 'what has waited is heard in any order', async (rig) => {
    // What comes together after a while holds more than one event of an order.
    for (const service of serviceNames) rig.turnOn(service, 'reorder');
    const paused = pause(rig, SHORT_MS, 'inventory', 'payment', 'notification');
    await placeAndCancel(rig, { orders: 10, withinMs: 0 });
    await paused;
    await hold(1_000);
  }),
  scenario('deliveries', 'what an inbox has forgotten is said again, old prices last', async (rig) => {
    // So that there are some.
    await hold(2_000);
    await republishOldPrices(rig);
  }),
  scenario('deliveries', 'Kafka deletes events before payment has consumed them', (rig) =>
    loseEvents(rig, { orders: 5 }),
  ),
  scenario('races', 'orders are cancelled while they are reserved, paid for and confirmed', async (rig) => {
    for (let time = 0; time < 6; time++) await placeAndCancel(rig, { orders: 20, withinMs: 150 });
  }),
  scenario('poison', 'orders on their way are poisoned, and the poison is discarded', (rig) =>
    poisonOrders(rig, { orders: 3, forMs: 1_500 }),
  ),
  scenario('strange bytes', 'records of any bytes come between the events', (rig) =>
    sendStrangeBytes(rig, { records: 30 }),
  ),
];

const environment = [
  scenario('environment', 'Postgres takes no writes for some seconds', (rig) => makeReadOnly(rig, 4_000)),
  scenario('environment', 'a grant is missing in payment', (rig) => revokeGrant(rig, 4_000)),
  scenario('standstill', 'the consumer of payment makes no progress', blockConsumer),
];

const stuckTopics = [
  scenario('stuck topics', 'one partition accepts nothing from order', (rig) =>
    refusePlace(rig, 'order', `order.events/${rig.random.between(0, 5)}`),
  ),
  scenario('stuck topics', 'a topic accepts nothing, with 600 rows at its head', (rig) =>
    refuseProducts(rig, { products: 600 }),
  ),
];

const clocks = [
  scenario('clock', 'the clock of order is ahead', (rig) => skewClock(rig, 'order', 90_000, 2_000)),
  scenario('clock', 'the clock of order is behind', (rig) => skewClock(rig, 'order', -8_000, 2_000)),
  scenario('clock', 'the clock of payment is ahead', (rig) => skewClock(rig, 'payment', 8_000, 2_000)),
  scenario('clock', 'the clock of payment is behind', (rig) => skewClock(rig, 'payment', -8_000, 2_000)),
];

const replicas = [
  scenario('replicas', 'every service gets a second replica, which leaves again', joinAndLeave),
  scenario('replicas', 'of two replicas of every service each is restarted in its turn', rollAll),
  scenario(
    'replicas',
    'a leader is stopped in the middle of publishing, and wakes up when another leads',
    stopTheLeader,
  ),
  scenario('replicas', 'order and inventory are restarted at once', async (rig) => {
    await Promise.all([restart(rig, 'order'), restart(rig, 'inventory')]);
  }),
];

const cluster = [
  scenario(
    'brokers',
    'one partition has too few replicas',
    (rig) => reduceReplicas(rig, rig.random.between(0, 5)),
    3,
  ),
  scenario('brokers', 'one of three brokers is killed', (rig) => kill(rig, 'kafka-2'), 3),
  scenario(
    'brokers',
    'two of three brokers are killed, one after the other',
    async (rig) => {
      const [first = '', second = ''] = rig.random.shuffle(['kafka', 'kafka-2', 'kafka-3']);
      await kill(rig, first);
      await hold(2_000);
      await kill(rig, second);
    },
    3,
  ),
  scenario(
    'brokers',
    'two brokers are behind, and the third is lost with what it alone has',
    async (rig) => {
      const [lost = '', ...behind] = rig.random.shuffle(['kafka', 'kafka-2', 'kafka-3']);
      const caughtUp = pause(rig, 1_500, ...behind);
      await hold(1_200);
      const pid = rig.system.pidOf(lost);
      rig.note(`kill -9 ${lost}`);
      if (pid) process.kill(pid, 'SIGKILL');
      await caughtUp;
    },
    3,
  ),
];

/** All that can be played. */
export const SCENARIOS: readonly Scenario[] = [
  ...kills,
  ...pauses,
  ...crashes,
  ...servers,
  ...ways,
  ...outside,
  ...deliveries,
  ...environment,
  ...stuckTopics,
  ...clocks,
  ...replicas,
  ...cluster,
];

/** One of each kind. */
export function shortForm(): Scenario[] {
  return [...Map.groupBy(SCENARIOS, ({ kind }) => kind).values()].map(([first]) => first as Scenario);
}
