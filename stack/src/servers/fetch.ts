import { type FetchOptions, fetchOnce } from './maven.ts';
import { installedRedis } from './redis.ts';

/** Fetches what those of the servers need that the environment does not name and this machine does not have. */
export function fetchForServers(env: NodeJS.ProcessEnv, fetching: FetchOptions): Promise<void> {
  const kafka = env.KAFKA_BROKERS ? [] : (['kafka'] as const);
  const redis = env.REDIS_URL || installedRedis() ? [] : (['redis'] as const);
  return fetchOnce([...kafka, ...redis], fetching);
}
