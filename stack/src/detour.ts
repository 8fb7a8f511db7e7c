import { Failure } from './failure.ts';
import type { Ports } from './ports.ts';
import { freePort } from './processes/ports.ts';
import type { Addresses, KafkaWish } from './start-servers.ts';
import { type StandInName, standInNames, standIns } from './topology.ts';

type Detoured = 'postgres' | 'redis' | 'kafka' | StandInName;

/**
 * Told on which port of loopback a server listens, answers the one through which the services are to reach it instead,
 * e.g. that of a proxy. Kafka begins to listen later than it is told: a proxy dials when somebody comes.
 */
export type Detour = (name: Detoured, port: number) => Promise<number>;

/** Where the services find what they need. */
export type Reach = Addresses & {
  /** The addresses of stand-ins, by the variables that the topology names. */
  offers: Record<string, string>;
};

const offersOf = standInNames.flatMap((name) =>
  Object.entries(standIns[name].offers).map(([variable, [scheme, port]]) => ({
    name,
    variable,
    scheme,
    port,
  })),
);

/** The addresses of servers and stand-ins, each the shortest way. */
export function directly(addresses: Addresses, ports: Ports): Reach {
  const offers = offersOf.map(({ variable, scheme, port }) => [
    variable,
    `${scheme}://127.0.0.1:${ports[port]}`,
  ]);
  return { ...addresses, offers: Object.fromEntries(offers) };
}

/** Kafka tells its clients where to come, so it has to know of the detour before it starts. */
export async function planKafka(
  detour: Detour | undefined,
  brokers: 1 | 3,
  env: NodeJS.ProcessEnv,
): Promise<KafkaWish> {
  if (brokers > 1 && env.KAFKA_BROKERS)
    throw new Failure('Brokers that KAFKA_BROKERS names are not for us to start: leave it out.');
  if (!detour) return { brokers };
  if (brokers > 1) throw new Failure('A detour leads to one broker, not to several.');
  const given = ['POSTGRES_URL', 'REDIS_URL', 'KAFKA_BROKERS'].find((variable) => env[variable]);
  if (given) throw new Failure(`A detour leads to a server of our own, and ${given} names another.`);
  const listens = await freePort();
  return { brokers, detour: { listens, advertised: await detour('kafka', listens) } };
}

/** The same addresses with the detours in them; without a detour, the same addresses. */
export async function takeDetours(
  detour: Detour | undefined,
  direct: Reach,
  kafka: KafkaWish,
): Promise<Reach> {
  if (!detour) return direct;
  const by = async (name: Detoured, url: string) =>
    withPort(url, await detour(name, Number(new URL(url).port)));
  const overHttp = offersOf
    .filter(({ scheme }) => scheme === 'http')
    .map(async ({ name, variable }) => [variable, await by(name, direct.offers[variable] ?? '')] as const);
  return {
    postgresUrl: await by('postgres', direct.postgresUrl),
    redisUrl: await by('redis', direct.redisUrl),
    kafkaBrokers: kafka.detour ? `127.0.0.1:${kafka.detour.advertised}` : direct.kafkaBrokers,
    offers: { ...direct.offers, ...Object.fromEntries(await Promise.all(overHttp)) },
  };
}

function withPort(url: string, port: number): string {
  const changed = new URL(url);
  changed.port = String(port);
  return changed.href.replace(/\/$/, '');
}
