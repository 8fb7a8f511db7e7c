import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { type PlannedOrder, planOrder, randomFrom } from '../generator/mix.ts';

/**
 * All that the order service writes for an order of three lines, as one statement on its own tables. It measures
 * Postgres alone on this machine, and every figure in orders/s is compared with it.
 */
const text = `
  with claimed as (
    insert into idempotency_keys (customer_id, route, key, fingerprint, status, location, body)
    values ($2, 'POST /v1/orders', $1::uuid::text, decode(md5($1::uuid::text), 'hex'), 201, '/v1/orders/' || $1::uuid, $7)
  ), placed as (
    insert into orders (id, customer_id, status, version, total_cents, currency, payment_token, placed_at, deadline_at)
    values ($1, $2, 'placed', 1, $3, 'EUR', 'tok_ok', now(), now() + interval '15 minutes')
    returning id
  ), lines as (
    insert into order_lines (order_id, position, sku, name, quantity, unit_price_cents)
    select placed.id, position, sku, sku, quantity, 100
    from placed, unnest($4::smallint[], $5::text[], $6::integer[]) as line (position, sku, quantity)
  ), history as (
    insert into order_history (order_id, version, status, at)
    select id, 1, 'placed', now()
    from placed
  )
  insert into outbox (id, topic, type, key, data)
  select gen_random_uuid(), 'order.events', 'order.placed', id::text, $7::json
  from placed`;

const CONNECTIONS = 16;
const WARM_UP_SHARE = 0.25;

/** The orders a second of that prepared statement, over as many connections as one would give pgbench. */
export async function ordersPerSecondOfStatement(
  databaseUrl: string,
  { seconds, signal }: { seconds: number; signal: AbortSignal },
): Promise<number> {
  const random = randomFrom(1);
  const begin = performance.now();
  const from = begin + seconds * 1_000 * WARM_UP_SHARE;
  const end = begin + seconds * 1_000;
  let written = 0;

  async function write(): Promise<void> {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    try {
      while (performance.now() < end && !signal.aborted) {
        await client.query({ name: 'order', text, values: valuesOf(planOrder(random, CONNECTIONS)) });
        if (performance.now() >= from && performance.now() < end) written++;
      }
    } finally {
      await client.end();
    }
  }

  await Promise.all(Array.from({ length: CONNECTIONS }, write));
  signal.throwIfAborted();
  return (written / (end - from)) * 1_000;
}

function valuesOf({ lines, totalCents }: PlannedOrder): unknown[] {
  const positions = lines.map((_, index) => index + 1);
  const [skus, quantities] = [lines.map(({ sku }) => sku), lines.map(({ quantity }) => quantity)];
  return [randomUUID(), randomUUID(), totalCents, positions, skus, quantities, JSON.stringify({ lines })];
}
