import type { Say } from './failure.ts';
import { cacheFolder, takeFolder } from './folder.ts';
import { type House, openHouse } from './house.ts';
import { freePort } from './processes/ports.ts';
import { fetchForServers } from './servers/fetch.ts';
import { givenKafka, givenPostgres, givenRedis } from './servers/given.ts';
import { kafkaRecipes } from './servers/kafka.ts';
import type { Node } from './servers/kafka-properties.ts';
import { type Fetching, shelf } from './servers/maven.ts';
import { postgresRecipe } from './servers/postgres.ts';
import { fetchedRedis, installedRedis, redisRecipe } from './servers/redis.ts';
import { ensureJava } from './servers/tools.ts';

/** How many brokers there are, and the detour of the one that is alone. */
export type KafkaWish = { brokers: 1 | 3; detour?: Node['detour'] };
export type Addresses = { postgresUrl: string; redisUrl: string; kafkaBrokers: string };
export type Servers = Addresses & { stop(): Promise<void> };

type Options = {
  /** The folder of their data and logs; made if it is not there. */
  dir: string;
  say: Say;
  /** Where POSTGRES_URL, REDIS_URL and KAFKA_BROKERS may name servers to use instead. */
  env?: NodeJS.ProcessEnv;
  /** How many Kafka brokers. Of three, one may be away. */
  brokers?: 1 | 3;
  /** Aborting it ends everything, also in the middle of the start. */
  signal?: AbortSignal;
};

/**
 * Starts Postgres, Redis and Kafka as processes of their own and keeps them running until `stop`. The data in `dir`
 * survives; the ports are new each time. Throws a Failure, with nothing left running, for what the user can mend.
 */
export async function startServers(options: Options): Promise<Servers> {
  const { dir, say, env = process.env, brokers = 1, signal } = options;
  const house = openHouse({ folder: await takeFolder(dir), say, signal });
  try {
    return { ...(await runServers(house, env, { brokers })), stop: house.close };
  } catch (error) {
    await house.close();
    throw error;
  }
}

/** The three servers in a house, at once: each is started, unless the environment names one. */
export async function runServers(house: House, env: NodeJS.ProcessEnv, kafka: KafkaWish): Promise<Addresses> {
  const { folder, say, signal } = house;
  const fetching: Fetching = { cache: cacheFolder(env), log: folder.log('fetch'), say, signal };
  const fetched = fetchForServers(env, fetching);
  const [postgresUrl, redisUrl, kafkaBrokers] = await house.together([
    env.POSTGRES_URL ? givenPostgres(env.POSTGRES_URL) : runPostgres(house),
    env.REDIS_URL ? givenRedis(env.REDIS_URL) : fetched.then(() => runRedis(house, fetching)),
    env.KAFKA_BROKERS ? givenKafka(env.KAFKA_BROKERS) : fetched.then(() => runKafka(house, fetching, kafka)),
  ]);
  return { postgresUrl, redisUrl, kafkaBrokers };
}

async function runPostgres(house: House): Promise<string> {
  const { url, recipe } = await postgresRecipe(house.folder, await freePort());
  await house.run(recipe);
  return url;
}

async function runRedis(house: House, { cache }: Fetching): Promise<string> {
  const program = installedRedis() ?? fetchedRedis(shelf(cache, 'redis'));
  const { url, recipe } = redisRecipe(house.folder, program, await freePort());
  await house.run(recipe);
  return url;
}

async function runKafka(house: House, fetching: Fetching, wish: KafkaWish): Promise<string> {
  await ensureJava(fetching);
  const nodes: Node[] = [];
  for (let id = 1; id <= wish.brokers; id++)
    nodes.push({ id, port: await freePort(), controllerPort: await freePort(), detour: wish.detour });
  const { brokers, recipes } = await kafkaRecipes(house.folder, shelf(fetching.cache, 'kafka'), nodes);
  await house.together(recipes.map((recipe) => house.run(recipe)));
  return brokers;
}
