import { Failure } from '../failure.ts';
import { freePort } from '../supervisor/processes/free-port.ts';
import { type StandInName, standInNames, standIns } from '../topology.ts';
import type { Ports } from './ports.ts';
import type { Addresses, KafkaOptions } from './start-servers.ts';

type Target = 'postgres' | 'redis' | 'kafka' | StandInName;

/**
 * Opens a proxy before a server and returns its port, which the services get instead of `port`. Kafka listens on `port`
 * only later: a proxy connects when a client does.
 */
export type OpenProxy = (name: Target, port: number) => Promise<number>;

/** The addresses that the services are given. */
export type ServiceAddresses = Addresses & {
  /** The addresses of stand-ins, by the variables that the topology names. */
  offers: Record<string, string>;
};

const declaredOffers = standInNames.flatMap((name) =>
  Object.entries(standIns[name].offers).map(([variable, [scheme, port]]) => ({
    name,
    variable,
    scheme,
    port,
  })),
);

/** The addresses of servers and stand-ins, without a proxy. */
export function directly(addresses: Addresses, ports: Ports): ServiceAddresses {
  const offers = declaredOffers.map(({ variable, scheme, port }) => [
    variable,
    `${scheme}://127.0.0.1:${ports[port]}`,
  ]);
  return { ...addresses, offers: Object.fromEntries(offers) };
}

/** Kafka tells its clients where to connect, so its proxy is opened before it starts. */
export async function planKafka(
  openProxy: OpenProxy | undefined,
  brokers: 1 | 3,
  env: NodeJS.ProcessEnv,
): Promise<KafkaOptions> {
  if (brokers > 1 && env.KAFKA_BROKERS)
    throw new Failure('Only brokers of the stack itself can be three: leave KAFKA_BROKERS out.');
  if (!openProxy) return { brokers };
  if (brokers > 1) throw new Failure('A proxy is for one broker, not for several.');
  const given = ['POSTGRES_URL', 'REDIS_URL', 'KAFKA_BROKERS'].find((variable) => env[variable]);
  if (given) throw new Failure(`A proxy is for servers of the stack itself: leave ${given} out.`);
  const listens = await freePort();
  return { brokers, proxy: { listens, advertised: await openProxy('kafka', listens) } };
}

/** The same addresses, with the ports of proxies where there are any. */
export async function throughProxies(
  openProxy: OpenProxy | undefined,
  direct: ServiceAddresses,
  kafka: KafkaOptions,
): Promise<ServiceAddresses> {
  if (!openProxy) return direct;
  const proxied = async (name: Target, url: string) =>
    withPort(url, await openProxy(name, Number(new URL(url).port)));
  const overHttp = declaredOffers
    .filter(({ scheme }) => scheme === 'http')
    .map(
      async ({ name, variable }) => [variable, await proxied(name, direct.offers[variable] ?? '')] as const,
    );
  return {
    postgresUrl: await proxied('postgres', direct.postgresUrl),
    redisUrl: await proxied('redis', direct.redisUrl),
    kafkaBrokers: kafka.proxy ? `127.0.0.1:${kafka.proxy.advertised}` : direct.kafkaBrokers,
    offers: { ...direct.offers, ...Object.fromEntries(await Promise.all(overHttp)) },
  };
}

function withPort(url: string, port: number): string {
  const changed = new URL(url);
  changed.port = String(port);
  return changed.href.replace(/\/$/, '');
}
