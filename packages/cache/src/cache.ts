import type { Logger } from '@repo/observability';
import { Redis } from 'ioredis';

export interface Cache {
  /** What stands under the key; else what `load` answers, which is kept for the next reader unless it is undefined. */
  get<Value>(key: string, load: () => Promise<Value>): Promise<Value>;
  /** Forgets what stands under a key, since it has just been changed. */
  drop(key: string): Promise<void>;
  close(): void;
}

export interface CacheOptions {
  /** redis://host:port */
  url: string;
  /** A prefix of all keys. */
  name: string;
  /** The longest that a value is kept, in milliseconds: the bound on how stale a reader may see it. */
  ttlMs: number;
  log: Logger;
}

const COMMAND_TIMEOUT_MS = 100;
/** A Redis that has said nothing for so long, while it was asked, is left: what it is asked would pile up here. */
const SILENCE_MS = 1_000;

/**
 * A cache-aside over Redis, for values that JSON can carry. Callers that miss the same key at once share one load, and
 * lifetimes are jittered, so that what was stored together does not end together. Without Redis every call loads:
 * slower, never failing.
 */
export function createCache({ url, name, ttlMs, log }: CacheOptions): Cache {
  const redis = connect(url, log);
  const loading = new Map<string, Promise<unknown>>();

  async function readOrLoad<Value>(
    key: string,
    load: () => Promise<Value>,
    isCurrent: () => boolean,
  ): Promise<Value> {
    const kept = readKept<Value>(await redis.get(key).catch(() => null), ttlMs);
    if (kept) return kept.value;
    const loadedAt = Date.now();
    const value = await load();
    const lifetimeMs = Math.ceil(ttlMs * (0.8 + 0.2 * Math.random()));
    // What was dropped while it was being loaded may be old already.
    if (value !== undefined && isCurrent())
      await redis.set(key, JSON.stringify({ loadedAt, value }), 'PX', lifetimeMs).catch(() => null);
    return value;
  }

  return {
    get<Value>(key: string, load: () => Promise<Value>): Promise<Value> {
      const fullKey = `${name}:${key}`;
      const shared = loading.get(fullKey) as Promise<Value> | undefined;
      if (shared) return shared;
      const isCurrent = () => loading.get(fullKey) === alone;
      const alone = readOrLoad(fullKey, load, isCurrent).finally(() => {
        if (isCurrent()) loading.delete(fullKey);
      });
      loading.set(fullKey, alone);
      return alone;
    },
    async drop(key) {
      loading.delete(`${name}:${key}`);
      // Should Redis be away, the lifetime bounds how long the old value can be seen.
      await redis.del(`${name}:${key}`).catch(() => 0);
    },
    close: () => redis.disconnect(),
  };
}

interface Kept<Value> {
  /** In milliseconds since 1970. */
  loadedAt: number;
  value: Value;
}

/**
 * What Redis has kept, unless it is no longer to be believed: a Redis that was stopped does what it was told before when
 * it goes on, so that an old value begins its lifetime anew. Nor is one believed that comes from the future.
 */
function readKept<Value>(text: string | null, ttlMs: number): Kept<Value> | undefined {
  if (text === null) return undefined;
  try {
    const kept = JSON.parse(text) as Kept<Value>;
    const ageMs = Date.now() - kept.loadedAt;
    return ageMs >= 0 && ageMs < ttlMs ? kept : undefined;
  } catch {
    return undefined;
  }
}

function connect(url: string, log: Logger): Redis {
  const redis = new Redis(url, {
    commandTimeout: COMMAND_TIMEOUT_MS,
    socketTimeout: SILENCE_MS,
    connectTimeout: 1_000,
    // A command that cannot be sent now fails now, instead of waiting for Redis to come back.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.random() * Math.min(2_000, 50 * 2 ** attempt),
  });
  let reported = false;
  redis.on('error', (error) => {
    if (!reported) log.warn({ err: error }, 'Redis is away: reading from the database');
    reported = true;
  });
  redis.on('ready', () => {
    if (reported) log.info('Redis is back');
    reported = false;
  });
  return redis;
}
