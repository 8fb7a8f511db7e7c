import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { beforeEach, type TestContext, test } from 'node:test';
import { sql } from '@repo/postgres';
import { eventually } from '@repo/testing';
import { createOutboxWatch } from '../src/outbox/watch-outbox.ts';
import { outgoingEvent } from './example-events.ts';
import { createRelayBench, keepingLog } from './relay-bench.ts';

const { database, append } = await createRelayBench();

beforeEach(() => database.query(sql`delete from outbox`));

/** Starts a watch, and counts its queries. */
function watch(t: TestContext) {
  const { log, lines, alarms } = keepingLog();
  let queries = 0;
  const watched = {
    ...database,
    query: (async (query) => {
      const rows = await database.query(query);
      queries++;
      return rows;
    }) as typeof database.query,
  };
  const watching = createOutboxWatch({ database: watched, log, leads: () => true, intervalMs: 5 });
  watching.start();
  t.after(watching.stop);
  const hasQueried = () => {
    const wanted = queries + 5;
    return eventually(() => queries >= wanted, { what: 'further queries of the outbox' });
  };
  return { lines, alarms: () => alarms('events wait to be published'), hasQueried };
}

const appendLongAgo = async (seconds: number, ...keys: string[]) => {
  await append(...keys.map((key) => outgoingEvent(key)));
  await database.query(sql`
    update outbox
    set created_at = now() - interval '1 second' * ${seconds}::integer
    where key = any(${keys}::text[])`);
};

test('events that have waited for a minute raise one alarm, and a line is logged once they are published', async (t) => {
  await appendLongAgo(50, randomUUID());
  const { alarms, lines, hasQueried } = watch(t);
  await hasQueried();
  assert.deepEqual(lines, []);

  await appendLongAgo(90, randomUUID());
  await database.query(sql`update outbox set created_at = now() - interval '90 seconds'`);
  await hasQueried();
  const [alarm, ...more] = alarms();
  assert.deepEqual(more, []);
  const age = Number(alarm?.ageSeconds);
  assert.ok(age >= 90 && age < 120, `an age of ${age} s`);

  await database.query(sql`delete from outbox`);
  await hasQueried();
  assert.deepEqual(
    lines.slice(1).map(({ level, message }) => [level, message]),
    [['info', 'events are published again']],
  );

  await appendLongAgo(90, randomUUID());
  await hasQueried();
  assert.equal(alarms().length, 2);
});

test('parked events, and events that wait behind them, raise no alarm here', async (t) => {
  const key = randomUUID();
  await appendLongAgo(90, key);
  await database.query(sql`update outbox set parked_until = now() + interval '1 hour'`);
  await appendLongAgo(80, key);
  const { lines, hasQueried } = watch(t);

  await hasQueried();

  assert.deepEqual(lines, []);
});
