import { browseWhile } from '../actions/browse.ts';
import { disturb } from '../actions/network.ts';
import { kill, pause, stopFor } from '../actions/processes.ts';
import { degradeProvider } from '../actions/provider.ts';
import { hold } from '../rig/hold.ts';
import type { Rig } from '../rig/rig.ts';
import { LONG_MS, type Scenario, SHORT_MS, scenario } from './scenario.ts';

export const servers: Scenario[] = [
  scenario('postgres', 'Postgres is killed', (rig) => kill(rig, 'postgres')),
  scenario('postgres', 'Postgres is killed three times', async (rig) => {
    for (const wait of [700, 1_500, 0]) {
      await kill(rig, 'postgres');
      await hold(wait);
    }
  }),
  scenario('postgres', 'Postgres is down for some seconds', (rig) => stopFor(rig, 4_000, 'postgres')),
  scenario('redis', 'Redis is killed', (rig) => browseWhile(rig, () => kill(rig, 'redis'))),
  scenario('redis', 'Redis is silent', (rig) => browseWhile(rig, () => pause(rig, LONG_MS, 'redis'))),
  scenario('redis', 'Redis is down, then empty', (rig) =>
    browseWhile(rig, () => stopFor(rig, LONG_MS, 'redis')),
  ),
  scenario('kafka', 'Kafka is killed', (rig) => kill(rig, 'kafka')),
  scenario('kafka', 'Kafka is down for some seconds', (rig) => stopFor(rig, 6_000, 'kafka')),
  scenario('kafka', 'Kafka is silent', (rig) => pause(rig, 4_000, 'kafka')),
  scenario('postgres', 'Postgres and Kafka are killed at once', (rig) => kill(rig, 'postgres', 'kafka')),
];

const payment = { needs: ['payment'] };

export const connections: Scenario[] = [
  scenario('network', 'the network to Postgres is cut', (rig) =>
    disturb(rig, 'postgres', 'reject', SHORT_MS),
  ),
  scenario('network', 'the network to Postgres is silent', (rig) =>
    disturb(rig, 'postgres', 'freeze', 4_000),
  ),
  scenario('network', 'the network to Postgres is slow', (rig) =>
    disturb(rig, 'postgres', { delayMs: 40 }, 4_000),
  ),
  scenario('network', 'connections to Postgres are reset, again and again', (rig) =>
    resetRepeatedly(rig, 8, 'postgres'),
  ),
  scenario('network', 'the network to Kafka is cut', (rig) => disturb(rig, 'kafka', 'reject', 4_000)),
  scenario('network', 'the network to Kafka is slow', (rig) =>
    disturb(rig, 'kafka', { delayMs: 100 }, 4_000),
  ),
  scenario('network', 'connections to Kafka are reset, again and again', (rig) =>
    resetRepeatedly(rig, 8, 'kafka'),
  ),
  scenario('network', 'the network to Kafka is silent', (rig) => disturb(rig, 'kafka', 'freeze', LONG_MS)),
  scenario(
    'network',
    'the network to the payment provider is cut',
    (rig) => disturb(rig, 'payment-provider', 'reject', SHORT_MS),
    payment,
  ),
  scenario(
    'network',
    'connections to the payment provider are reset',
    (rig) => resetRepeatedly(rig, 15, 'payment-provider'),
    payment,
  ),
  scenario(
    'network',
    'the payment provider is silent',
    (rig) => disturb(rig, 'payment-provider', 'freeze', SHORT_MS),
    payment,
  ),
];

async function resetRepeatedly(rig: Rig, times: number, server: string): Promise<void> {
  for (let time = 0; time < times; time++) await disturb(rig, server, 'reset', rig.random.between(100, 400));
}

export const standIns: Scenario[] = [
  scenario('provider', 'the payment provider is slow', degraded({ latencyMs: 1_500 }), payment),
  scenario('provider', 'the payment provider fails half of the time', degraded({ errorRate: 0.5 }), payment),
  scenario(
    'provider',
    'the payment provider loses half of its replies',
    degraded({ dropReplyRate: 0.5 }),
    payment,
  ),
  scenario('provider', 'the payment provider is killed', (rig) => kill(rig, 'payment-provider'), payment),
  scenario(
    'provider',
    'the payment provider is down',
    (rig) => stopFor(rig, 4_000, 'payment-provider'),
    payment,
  ),
  scenario('mailbox', 'the mailbox is down', (rig) => stopFor(rig, 3_000, 'mailbox'), {
    needs: ['notification'],
  }),
];

function degraded(behaviour: Parameters<typeof degradeProvider>[1]): Scenario['act'] {
  return async (rig) => {
    rig.note(`the payment provider: ${JSON.stringify(behaviour)} for 3000 ms`);
    await degradeProvider(rig, behaviour);
    await hold(3_000);
  };
}
