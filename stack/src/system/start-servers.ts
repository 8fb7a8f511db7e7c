import type { Print } from '../failure.ts';
import { fetchForServers } from '../servers/fetch.ts';
import { givenKafka, givenPostgres, givenRedis } from '../servers/given.ts';
import { kafkaSpecs } from '../servers/kafka.ts';
import type { Node } from '../servers/kafka-properties.ts';
import { cachePath, type FetchOptions } from '../servers/maven.ts';
import { postgresSpec } from '../servers/postgres.ts';
import { fetchedRedis, installedRedis, redisSpec } from '../servers/redis.ts';
import { ensureJava } from '../servers/tools.ts';
import { freePort } from '../supervisor/processes/free-port.ts';
import { cacheFolder, claimFolder } from '../supervisor/state-folder.ts';
import { createSupervisor, type Supervisor } from '../supervisor/supervisor.ts';

/** The number of brokers, and the proxy of a single one. */
export type KafkaOptions = { brokers: 1 | 3; proxy?: Node['proxy'] };
export type Addresses = { postgresUrl: string; redisUrl: string; kafkaBrokers: string };
export type Servers = Addresses & { stop(): Promise<void> };

type Options = {
  /** The folder of their data and logs; created if it is missing. */
  dir: string;
  print: Print;
  /** Where POSTGRES_URL, REDIS_URL and KAFKA_BROKERS may name servers to use instead. */
  env?: NodeJS.ProcessEnv;
  /** The number of Kafka brokers. Of three, one may be down. */
  brokers?: 1 | 3;
  /** Aborting it stops everything, also during the start. */
  signal?: AbortSignal;
};

/**
 * Starts Postgres, Redis and Kafka as processes of their own and keeps them running until `stop`. The data in `dir`
 * survives; the ports are new each time. Throws a Failure, with nothing left running, for an error that the user can fix.
 */
export async function startServers(options: Options): Promise<Servers> {
  const { dir, print, env = process.env, brokers = 1, signal } = options;
  const supervisor = createSupervisor({ folder: await claimFolder(dir), print, signal });
  try {
    return { ...(await runServers(supervisor, env, { brokers })), stop: supervisor.close };
  } catch (error) {
    await supervisor.close();
    throw error;
  }
}

/** Starts the three servers concurrently, except those that the environment names. */
export async function runServers(
  supervisor: Supervisor,
  env: NodeJS.ProcessEnv,
  kafka: KafkaOptions,
): Promise<Addresses> {
  const { folder, print, signal } = supervisor;
  const options: FetchOptions = { cache: cacheFolder(env), log: folder.log('fetch'), print, signal };
  const fetched = fetchForServers(env, options);
  const [postgresUrl, redisUrl, kafkaBrokers] = await supervisor.together([
    env.POSTGRES_URL ? givenPostgres(env.POSTGRES_URL) : runPostgres(supervisor),
    env.REDIS_URL ? givenRedis(env.REDIS_URL) : fetched.then(() => runRedis(supervisor, options)),
    env.KAFKA_BROKERS
      ? givenKafka(env.KAFKA_BROKERS)
      : fetched.then(() => runKafka(supervisor, options, kafka)),
  ]);
  return { postgresUrl, redisUrl, kafkaBrokers };
}

async function runPostgres(supervisor: Supervisor): Promise<string> {
  const { url, spec } = await postgresSpec(supervisor.folder, await freePort());
  await supervisor.run(spec);
  return url;
}

async function runRedis(supervisor: Supervisor, { cache }: FetchOptions): Promise<string> {
  const program = installedRedis() ?? fetchedRedis(cachePath(cache, 'redis'));
  const { url, spec } = redisSpec(supervisor.folder, program, await freePort());
  await supervisor.run(spec);
  return url;
}

async function runKafka(supervisor: Supervisor, fetch: FetchOptions, kafka: KafkaOptions): Promise<string> {
  await ensureJava(fetch);
  const nodes: Node[] = [];
  for (let id = 1; id <= kafka.brokers; id++)
    nodes.push({ id, port: await freePort(), controllerPort: await freePort(), proxy: kafka.proxy });
  const { brokers, specs } = await kafkaSpecs(supervisor.folder, cachePath(fetch.cache, 'kafka'), nodes);
  await supervisor.together(specs.map((spec) => supervisor.run(spec)));
  return brokers;
}
