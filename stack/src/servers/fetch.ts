import { type FetchOptions, fetchOnce } from './maven.ts';
import { installedRedis } from './redis.ts';

/** Downloads the servers that are neither named by the environment nor installed on this machine. */
export function fetchForServers(env: NodeJS.ProcessEnv, fetching: FetchOptions): Promise<void> {
  const kafka = env.KAFKA_BROKERS ? [] : (['kafka'] as const);
  const redis = env.REDIS_URL || installedRedis() ? [] : (['redis'] as const);
  return fetchOnce([...kafka, ...redis], fetching);
}
