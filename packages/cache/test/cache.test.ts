import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { createFaultyProxy, eventually, testLog, testServers } from '@repo/testing';
import { Redis } from 'ioredis';
import { type CacheOptions, createCache } from '../src/index.ts';

const { redisUrl } = testServers();

/** A cache with keys of its own, connected, and closed after the test. It waits for Redis, however busy the machine is. */
async function openCache(t: TestContext, options: Partial<CacheOptions> = {}) {
  const usual = { url: redisUrl, name: randomUUID(), ttlMs: 60_000, commandTimeoutMs: 10_000, log: testLog };
  const cache = createCache({ ...usual, ...options });
  t.after(cache.close);
  await eventually(() => isCaching(cache), { what: 'the cache to be connected' });
  return cache;
}

/** Whether a value that is loaded now is cached. */
async function isCaching({ get }: Pick<ReturnType<typeof createCache>, 'get'>): Promise<boolean> {
  const key = randomUUID();
  await get(key, async () => 1);
  return (await get(key, async () => 2)) === 1;
}

/** A loader that returns the number of its calls. */
function counter() {
  const load = async () => ++load.calls;
  load.calls = 0;
  return load;
}

test('a loaded value is cached for the next reader', async (t) => {
  const { get } = await openCache(t);
  const value = { id: 'first', metadata: { a: [1, null] } };

  assert.deepEqual(await get('first', async () => value), value);
  assert.deepEqual(await get('first', async () => assert.fail('loaded again')), value);
});

test('a missing value is not cached, and is loaded again', async (t) => {
  const { get } = await openCache(t);

  assert.equal(await get('nothing', async () => undefined), undefined);
  assert.equal(await get('nothing', async () => 'by now'), 'by now');
});

test('null is a value and is cached', async (t) => {
  const { get } = await openCache(t);

  await get('null', async () => null);

  assert.equal(await get<string | null>('null', async () => 'another'), null);
});

test('readers that miss the same key at once share one load', async (t) => {
  const { get } = await openCache(t);
  const load = counter();

  const values = await Promise.all(Array.from({ length: 50 }, () => get('popular', load)));

  assert.deepEqual(new Set(values), new Set([1]));
  assert.equal(load.calls, 1);
});

test('a load that fails fails its readers, and the next reader loads again', async (t) => {
  const { get } = await openCache(t);
  const failure = new Error('the database is down');

  const readers = [1, 2].map(() =>
    get('failing', async () => {
      throw failure;
    }),
  );

  for (const reader of readers) await assert.rejects(reader, failure);
  assert.equal(await get('failing', async () => 'better'), 'better');
});

test('a dropped value is loaded again', async (t) => {
  const { get, drop } = await openCache(t);
  const load = counter();
  await get('changed', load);

  await drop('changed');

  assert.equal(await get('changed', load), 2);
});

test('a value is cached no longer than its lifetime', async (t) => {
  const ttlMs = 300;
  const { get } = await openCache(t, { ttlMs });
  const load = counter();
  await get('ageing', load);
  const since = performance.now();

  await eventually(async () => (await get('ageing', load)) === 2);

  assert.ok(performance.now() - since < ttlMs + 5_000);
});

test('caches of different names have separate values, caches of one name share them', async (t) => {
  const name = randomUUID();
  const [one, other, sameName] = await Promise.all([
    openCache(t, { name }),
    openCache(t),
    openCache(t, { name }),
  ]);
  await one.get('key', async () => 'mine');

  assert.equal(await other.get('key', async () => 'theirs'), 'theirs');
  assert.equal(await sameName.get('key', async () => 'theirs'), 'mine');
});

test('without Redis every reader loads; when Redis is available again, values are cached again', async (t) => {
  const proxy = await createFaultyProxy(redisUrl, 6379);
  const cache = await openCache(t, { url: proxy.url });
  await cache.get('before', async () => 'kept');

  proxy.cut();

  assert.equal(await cache.get('before', async () => 'loaded'), 'loaded');
  await cache.drop('before');
  await proxy.restore();
  await eventually(() => isCaching(cache), { what: 'the cache to be connected again' });
});

test('a Redis that does not reply delays a reader by no more than the command timeout', async (t) => {
  const proxy = await createFaultyProxy(redisUrl, 6379);
  const { get } = await openCache(t, { url: proxy.url, commandTimeoutMs: 100 });
  proxy.freezeOpen();
  const since = performance.now();

  assert.equal(await get('frozen', async () => 'loaded'), 'loaded');

  assert.ok(performance.now() - since < 1_000);
});

test('a connection without replies is closed, and another connection is opened', async (t) => {
  const proxy = await createFaultyProxy(redisUrl, 6379);
  const cache = await openCache(t, { url: proxy.url });

  proxy.freezeOpen();

  assert.equal(await cache.get('frozen', async () => 'loaded'), 'loaded');
  await eventually(() => isCaching(cache), { what: 'the cache to be connected again' });
});

test('a Redis that has lost its data is filled again', async (t) => {
  const url = new URL(redisUrl);
  // A database of this test's own, so that it may be emptied.
  url.pathname = '/15';
  const { get } = await openCache(t, { url: url.href });
  const load = counter();
  await get('forgotten', load);
  const redis = new Redis(url.href);
  t.after(() => redis.disconnect());

  await redis.flushdb();

  assert.equal(await get('forgotten', load), 2);
  assert.equal(await get('forgotten', load), 2);
});

test('a value that is too old or unreadable is not used', async (t) => {
  const name = randomUUID();
  const { get } = await openCache(t, { name, ttlMs: 300 });
  const load = counter();
  const redis = new Redis(redisUrl);
  t.after(() => redis.disconnect());

  await eventually(async () => (await get('old', load)) && (await redis.persist(`${name}:old`)) === 1);
  const calls = load.calls;
  await eventually(async () => (await get('old', load)) > calls, { what: 'the value to be too old' });

  await redis.set(`${name}:odd`, 'not JSON');
  assert.equal(await get('odd', async () => 'loaded'), 'loaded');
});

test('a Redis that was never available does not fail a reader', async (t) => {
  const cache = createCache({ url: 'redis://127.0.0.1:1', name: 'nowhere', ttlMs: 1_000, log: testLog });
  t.after(cache.close);

  assert.equal(await cache.get('key', async () => 'loaded'), 'loaded');
});

test('a value that is dropped while it is loaded is neither cached nor shared', async (t) => {
  const { get, drop } = await openCache(t);
  const gate = Promise.withResolvers<void>();
  const early = get('changed', async () => {
    await gate.promise;
    return 'old';
  });
  await drop('changed');
  assert.equal(await get('changed', async () => 'new'), 'new');
  gate.resolve();

  assert.equal(await early, 'old');
  assert.equal(await get('changed', async () => assert.fail('loaded again')), 'new');
});
