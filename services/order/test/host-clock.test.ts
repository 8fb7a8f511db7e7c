import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { beforeEach, type TestContext, test } from 'node:test';
import { sql } from '@repo/postgres';
import { createTestDatabase, testLog } from '@repo/testing';
import { advanceOrders } from '../src/advance-order.ts';
import { placeOrder } from '../src/place-order.ts';
import { createDeadlineTimer } from '../src/timers.ts';

const { database } = await createTestDatabase({
  service: 'order',
  migrations: join(import.meta.dirname, '../migrations'),
});
await database.query(sql`
  insert into prices (sku, version, name, price_cents, currency) values ('MOUSE', 1, 'Mouse', 1950, 'EUR')`);
beforeEach(() =>
  database.query(sql`update orders set status = 'cancelled', ended_at = now() where ended_at is null`),
);

const DAY_MS = 86_400_000;
const NEVER = { timeout: 10_000 };

/** Sets the clock of this host wrong for the rest of a test, by this many days. */
function setHostClock(t: TestContext, days: number): void {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + days * DAY_MS });
}

async function place(deadlineSeconds: number): Promise<string> {
  const lines = [{ sku: 'MOUSE', quantity: 1 }];
  const request = { customerId: randomUUID(), lines, paymentToken: 'tok_ok', metadata: {} };
  const { results } = await database.transaction((tx) => placeOrder(tx, [request], { deadlineSeconds }));
  return (results.get(request) as { id: string }).id;
}

/** The seconds between now and the times of an order, by Postgres's clock. */
async function timesOf(orderId: string): Promise<{ placed: number; deadline: number; ended: number | null }> {
  const [row] = await database.query(sql<{ placed: number; deadline: number; ended: number | null }>`
    select extract(epoch from now() - placed_at)::float8 as placed,
      extract(epoch from deadline_at - now())::float8 as deadline,
      extract(epoch from now() - ended_at)::float8 as ended
    from orders
    where id = ${orderId}`);
  return row as { placed: number; deadline: number; ended: number | null };
}

const isRecent = (seconds: number | null) => seconds !== null && seconds >= 0 && seconds < 60;

for (const days of [-1, 1]) {
  test(`an order's times are Postgres's, whatever the clock of the host shows (${days} days)`, async (t) => {
    setHostClock(t, days);

    const orderId = await place(900);
    await database.transaction((tx) => advanceOrders(tx, 'cancel', [{ orderId }]));

    const { placed, deadline, ended } = await timesOf(orderId);
    assert.ok(isRecent(placed), `placed ${placed} s ago`);
    assert.ok(deadline > 840 && deadline <= 900, `its deadline is in ${deadline} s`);
    assert.ok(isRecent(ended), `ended ${ended} s ago`);
  });

  test(`orders expire by Postgres's clock, and no others (${days} days)`, NEVER, async (t) => {
    const [overdue, other] = [await place(900), await place(900)];
    await database.query(
      sql`update orders set deadline_at = now() - interval '1 second' where id = ${overdue}`,
    );
    setHostClock(t, days);
    const { promise: hasExpired, resolve: onCommit } = Promise.withResolvers<void>();
    const timer = createDeadlineTimer({ database, catchUp: async () => {}, log: testLog, onCommit });
    timer.start();
    t.after(timer.stop);

    await hasExpired;
    await timer.stop();

    const rows = await database.query(sql<{ id: string; reason: string | null }>`
      select id, reason from orders where id = any(${[overdue, other]}::uuid[])`);
    assert.deepEqual(
      new Map(rows.map(({ id, reason }) => [id, reason])),
      new Map([
        [overdue, 'deadline'],
        [other, null],
      ]),
    );
  });
}
