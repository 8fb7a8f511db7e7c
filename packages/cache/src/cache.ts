import { counter, histogram, type Logger, ownName } from '@repo/observability';
import { Redis } from 'ioredis';

export interface Cache {
  /** Returns the cached value; else the result of `load`, which is cached unless it is undefined. */
  get<Value>(key: string, load: () => Promise<Value>): Promise<Value>;
  /** Removes the value of a key, because it has just changed. */
  drop(key: string): Promise<void>;
  close(): void;
}

export interface CacheOptions {
  /** redis://host:port */
  url: string;
  /** A prefix of all keys. */
  name: string;
  /** The maximum age of a cached value, in milliseconds: the bound on how stale a reader may see it. */
  ttlMs: number;
  /** How long a reader waits for Redis before it loads the value, in milliseconds. */
  commandTimeoutMs?: number;
  log: Logger;
}

const CACHE = ownName('cache');

const lookups = counter({
  name: ownName('cache.lookups'),
  unit: '{lookup}',
  description: 'How many values came from the cache, and how many had to be loaded?',
  attributes: [CACHE, 'outcome'],
});
const loadDuration = histogram({
  name: ownName('cache.load.duration'),
  unit: 's',
  description: 'How long does a value take to load that is not in the cache?',
  attributes: [CACHE],
});

const COMMAND_TIMEOUT_MS = 100;
/** A connection on which Redis does not reply for so long is closed, because commands would pile up here. */
const SILENCE_MS = 1_000;

/**
 * A cache-aside over Redis, for values that JSON can carry. Callers that miss the same key at once share one load, and
 * lifetimes are jittered, so that values stored together do not expire together. Without Redis every call loads:
 * slower, never failing.
 */
export function createCache(options: CacheOptions): Cache {
  const { name, ttlMs } = options;
  const redis = connect(options);
  const loading = new Map<string, Promise<unknown>>();

  async function readOrLoad<Value>(
    key: string,
    load: () => Promise<Value>,
    isCurrent: () => boolean,
  ): Promise<Value> {
    const cached = readCached<Value>(await redis.get(key).catch(() => undefined), ttlMs);
    lookups.add(1, { [CACHE]: name, outcome: typeof cached === 'string' ? cached : 'hit' });
    if (typeof cached !== 'string') return cached.value;
    const loadedAt = Date.now();
    const began = performance.now();
    const value = await load();
    loadDuration.recordSince(began, { [CACHE]: name });
    const lifetimeMs = Math.ceil(ttlMs * (0.8 + 0.2 * Math.random()));
    // A value that was dropped while it was loaded may be old already.
    if (value !== undefined && isCurrent())
      await redis.set(key, JSON.stringify({ loadedAt, value }), 'PX', lifetimeMs).catch(() => null);
    return value;
  }

  return {
    get<Value>(key: string, load: () => Promise<Value>): Promise<Value> {
      const fullKey = `${name}:${key}`;
      const shared = loading.get(fullKey) as Promise<Value> | undefined;
      if (shared) {
        lookups.add(1, { [CACHE]: name, outcome: 'joined' });
        return shared;
      }
      const isCurrent = () => loading.get(fullKey) === value;
      const value = readOrLoad(fullKey, load, isCurrent).finally(() => {
        if (isCurrent()) loading.delete(fullKey);
      });
      loading.set(fullKey, value);
      return value;
    },
    async drop(key) {
      loading.delete(`${name}:${key}`);
      // If Redis is unavailable, the lifetime bounds how long the old value can be seen.
      await redis.del(`${name}:${key}`).catch(() => 0);
    },
    close: () => redis.disconnect(),
  };
}

interface Cached<Value> {
  /** In milliseconds since 1970. */
  loadedAt: number;
  value: Value;
}

/** Why a value has to be loaded: it is not cached, it is too old, or Redis has not replied. */
type Miss = 'miss' | 'stale' | 'error';

/**
 * Reads a cached value, unless it is too old: a Redis that was paused executes its pending commands when it resumes, and
 * an old value begins its lifetime again. A value from the future is refused too.
 *
 * @param text null if there is none, undefined if Redis has not replied
 */
function readCached<Value>(text: string | null | undefined, ttlMs: number): Cached<Value> | Miss {
  if (text === undefined) return 'error';
  if (text === null) return 'miss';
  try {
    const cached = JSON.parse(text) as Cached<Value>;
    const ageMs = Date.now() - cached.loadedAt;
    return ageMs >= 0 && ageMs < ttlMs ? cached : 'stale';
  } catch {
    return 'stale';
  }
}

function connect({ url, commandTimeoutMs = COMMAND_TIMEOUT_MS, log }: CacheOptions): Redis {
  const redis = new Redis(url, {
    commandTimeout: commandTimeoutMs,
    socketTimeout: SILENCE_MS,
    connectTimeout: 1_000,
    // A command that cannot be sent now fails now: it must not wait for Redis.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.random() * Math.min(2_000, 50 * 2 ** attempt),
  });
  let reported = false;
  redis.on('error', (error) => {
    if (!reported) log.warn({ err: error }, 'Redis unavailable; every call loads');
    reported = true;
  });
  redis.on('ready', () => {
    if (reported) log.info('Redis available');
    reported = false;
  });
  return redis;
}
