import { mkdir } from 'node:fs/promises';
import { freePort, givenKafka, givenPostgres, givenRedis, type Servers } from '@repo/stack';
import { getContainerRuntimeClient } from 'testcontainers';
import { type ContainerSpec, kafkaIn, type Place, postgresIn, valkeyIn } from './container-specs.ts';
import { type Engine, removeContainers } from './engine.ts';
import { fetchImages } from './fetch-images.ts';
import { findEngine } from './find-engine.ts';
import { images } from './images.ts';
import { packages } from './packages.ts';
import { runContainer } from './run-container.ts';
import type { ServerSource, StartOptions } from './server-source.ts';

/** Containers of the images that docker-compose.yml names, by the library testcontainers. */
export async function openContainers(options: Pick<StartOptions, 'print' | 'signal'>): Promise<ServerSource> {
  const engine = await findEngine(getContainerRuntimeClient);
  await fetchImages(engine, Object.values(images), options);
  return {
    start: (options) => startContainers(engine, options),
    async endLeftovers(folder) {
      // Tests of the stack itself start processes all the same.
      await Promise.all([packages.endLeftovers(folder), removeContainers(engine, folder)]);
    },
  };
}

async function startContainers(
  engine: Engine,
  { dir, env = process.env, signal }: StartOptions,
): Promise<Servers> {
  await mkdir(dir, { recursive: true });
  const { host } = engine.info.containerRuntime;
  const failing = new AbortController();
  const ending = AbortSignal.any(signal ? [signal, failing.signal] : [failing.signal]);
  const run = async (containerSpecOf: (place: Place) => ContainerSpec) =>
    runContainer(containerSpecOf({ host, port: await freePort() }), { dir, signal: ending });
  const stop = () => removeContainers(engine, dir);

  const begun = [
    env.POSTGRES_URL ? givenPostgres(env.POSTGRES_URL) : run(postgresIn),
    env.REDIS_URL ? givenRedis(env.REDIS_URL) : run(valkeyIn),
    env.KAFKA_BROKERS ? givenKafka(env.KAFKA_BROKERS) : run(kafkaIn),
  ] as const;
  try {
    const [postgresUrl, redisUrl, kafkaBrokers] = await Promise.all(begun);
    return { postgresUrl, redisUrl, kafkaBrokers, stop };
  } catch (error) {
    failing.abort(error);
    await Promise.allSettled(begun);
    await stop();
    throw error;
  }
}
