// The hand-written pipeline, its first process: accepts orders over HTTP and advances them to their last state.

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openStage } from './pipeline/stage.ts';
import { reportReady } from './process.ts';

interface Placing {
  id: string;
  key: string;
  lines: { sku: string; quantity: number }[];
  totalCents: number;
}

const PLACE = `
  with new as (
    select id, key, lines, "totalCents" as total_cents
    from json_to_recordset($1) as new (id uuid, key text, lines json, "totalCents" bigint)
  ), claimed as (
    insert into keys (key, order_id)
    select key, id
    from new
  ), placed as (
    insert into orders (id, status, lines, total_cents)
    select id, 'placed', lines, total_cents
    from new
  ), lines as (
    insert into order_lines (order_id, sku, quantity)
    select id, sku, quantity
    from new, json_to_recordset(lines) as line (sku text, quantity integer)
  ), history as (
    insert into order_history (order_id, status)
    select id, 'placed'
    from new
  )
  insert into outbox (type, key, data)
  select 'order.placed', id, json_build_object('orderId', id, 'lines', lines)
  from new`;

const ADVANCE = `
  with received as (
    select id, type, key
    from json_to_recordset($1) as received (id uuid, type text, key uuid)
  ), fresh as (
    insert into inbox (id)
    select id
    from received
    on conflict do nothing
    returning id
  ), changed as (
    update orders
    set status = case received.type when 'stock.reserved' then 'reserved' else 'confirmed' end
    from received join fresh on fresh.id = received.id
    where orders.id = received.key
    returning orders.id, orders.status, orders.lines, orders.total_cents
  ), history as (
    insert into order_history (order_id, status)
    select id, status
    from changed
  )
  insert into outbox (type, key, data)
  select 'order.' || status, id, json_build_object('orderId', id, 'lines', lines, 'totalCents', total_cents)
  from changed`;

const MOST_AT_ONCE = 64;
const LANES = 2;

const stage = await openStage('order');
const queue: { order: Placing; done: () => void; failed: (error: unknown) => void }[] = [];
let busyLanes = 0;

/** Group commit: the orders that arrived during the last transaction share the next one. */
async function runLane(): Promise<void> {
  busyLanes++;
  while (queue.length > 0) {
    const batch = queue.splice(0, MOST_AT_ONCE);
    const values = [JSON.stringify(batch.map(({ order }) => order))];
    try {
      await stage.write({ name: 'place', text: PLACE, values });
      for (const { done } of batch) done();
    } catch (error) {
      for (const { failed } of batch) failed(error);
    }
  }
  busyLanes--;
}

function place(order: Placing): Promise<void> {
  return new Promise((done, failed) => {
    queue.push({ order, done, failed });
    if (busyLanes < LANES) void runLane();
  });
}

async function bodyOf(request: IncomingMessage): Promise<Pick<Placing, 'lines'>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

const server = createServer(async (request, response) => {
  try {
    const { lines } = await bodyOf(request);
    const order = {
      id: randomUUID(),
      key: String(request.headers['idempotency-key']),
      lines,
      totalCents: 4_200,
    };
    await place(order);
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(order));
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
});

await stage.consume(['inventory.events', 'payment.events'], ['stock.reserved', 'payment.captured'], {
  name: 'advance',
  text: ADVANCE,
});
server.listen(0, '127.0.0.1', () =>
  reportReady(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
);
