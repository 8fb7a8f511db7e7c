import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { startProvider } from './provider-under-test.ts';

let provider: Awaited<ReturnType<typeof startProvider>>;
beforeEach(async () => {
  provider = await startProvider();
});
afterEach(() => provider.close());

test('a capture whose reply is lost has happened, and the retry returns it', async () => {
  await assert.rejects(provider.capture('key-1', { token: 'tok_lost_reply' }), /fetch failed/);
  const [captured] = await provider.list('/v1/captures?reference=order-1');
  assert.equal((await provider.capture('key-1', { token: 'tok_lost_reply' })).body.id, captured?.id);
  assert.equal((await provider.list('/v1/ledger')).length, 1);
});

test('a flaky payment fails twice without an effect, then works', async () => {
  const statuses = [];
  for (let attempt = 0; attempt < 4; attempt += 1) {
    statuses.push((await provider.capture('key-1', { token: 'tok_flaky' })).status);
  }
  assert.deepEqual(statuses, [500, 500, 200, 200]);
  assert.equal((await provider.list('/v1/ledger')).length, 1);
});

test('a slow payment is captured at once and answered after two seconds', async () => {
  const startedAt = performance.now();
  let isAnswered = false;
  const answer = provider.capture('key-1', { token: 'tok_slow' }).finally(() => {
    isAnswered = true;
  });
  while ((await provider.list('/v1/ledger')).length === 0);
  assert.ok(!isAnswered || performance.now() - startedAt > 1900, 'captured before it is answered');
  assert.equal((await answer).body.status, 'captured');
  assert.ok(performance.now() - startedAt > 1900, 'answered late');
});

test('closing answers a slow payment at once', async () => {
  const answer = provider.capture('key-1', { token: 'tok_slow' });
  while ((await provider.list('/v1/ledger')).length === 0);
  const startedAt = performance.now();
  await Promise.all([provider.close(), answer]);
  assert.ok(performance.now() - startedAt < 1500);
});

test('errors by rate happen before the effect, dropped replies after it', async () => {
  const changed = await provider.send('PUT', '/v1/behaviour', { errorRate: 1 });
  assert.deepEqual(changed.body, { latencyMs: 0, errorRate: 1, dropReplyRate: 0 });
  assert.equal((await provider.capture('key-1')).status, 500);
  assert.deepEqual(await provider.list('/v1/ledger'), []);

  await provider.send('PUT', '/v1/behaviour', { latencyMs: 20, dropReplyRate: 1 });
  const startedAt = performance.now();
  await assert.rejects(provider.capture('key-1'), /fetch failed/);
  assert.ok(performance.now() - startedAt >= 19, 'and later than usual');
  assert.equal((await provider.list('/v1/ledger')).length, 1);

  await provider.send('PUT', '/v1/behaviour', {});
  assert.equal((await provider.capture('key-1')).status, 200);
  assert.equal((await provider.list('/v1/ledger')).length, 1);
});
