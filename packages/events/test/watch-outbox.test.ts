import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { beforeEach, type TestContext, test } from 'node:test';
import { sql } from '@repo/postgres';
import { eventually } from '@repo/testing';
import { createOutboxWatch } from '../src/outbox/watch-outbox.ts';
import { outgoingEvent } from './example-events.ts';
import { createRelayBench, keepingLog } from './relay-bench.ts';

const { database, say } = await createRelayBench();

beforeEach(() => database.query(sql`delete from outbox`));

/** Watches, and counts how often it has looked. */
function watch(t: TestContext) {
  const { log, lines, alarms } = keepingLog();
  let looks = 0;
  const watched = {
    ...database,
    query: (async (query) => {
      const rows = await database.query(query);
      looks++;
      return rows;
    }) as typeof database.query,
  };
  const watching = createOutboxWatch({ database: watched, log, intervalMs: 5 });
  watching.start();
  t.after(watching.stop);
  const hasLooked = () => {
    const wanted = looks + 5;
    return eventually(() => looks >= wanted, { what: 'another look at the outbox' });
  };
  return { lines, alarms: () => alarms('events wait to be published'), hasLooked };
}

const sayLongAgo = async (seconds: number, ...keys: string[]) => {
  await say(...keys.map((key) => outgoingEvent(key)));
  await database.query(sql`
    update outbox
    set created_at = now() - interval '1 second' * ${seconds}::integer
    where key = any(${keys}::text[])`);
};

test('events that have waited for a minute are told of once, however often one looks, and again when they are out', async (t) => {
  await sayLongAgo(50, randomUUID());
  const { alarms, lines, hasLooked } = watch(t);
  await hasLooked();
  assert.deepEqual(lines, []);

  await sayLongAgo(90, randomUUID());
  await database.query(sql`update outbox set created_at = now() - interval '90 seconds'`);
  await hasLooked();
  const [alarm, ...more] = alarms();
  assert.deepEqual(more, []);
  const age = Number(alarm?.ageSeconds);
  assert.ok(age >= 90 && age < 120, `an age of ${age} s`);

  await database.query(sql`delete from outbox`);
  await hasLooked();
  assert.deepEqual(
    lines.slice(1).map(({ level, message }) => [level, message]),
    [['info', 'events are published again']],
  );

  await sayLongAgo(90, randomUUID());
  await hasLooked();
  assert.equal(alarms().length, 2);
});

test('what is parked, and what waits behind it, is not what one is told of here', async (t) => {
  const key = randomUUID();
  await sayLongAgo(90, key);
  await database.query(sql`update outbox set parked_until = now() + interval '1 hour'`);
  await sayLongAgo(80, key);
  const { lines, hasLooked } = watch(t);

  await hasLooked();

  assert.deepEqual(lines, []);
});
