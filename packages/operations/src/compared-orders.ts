import { createInterface } from 'node:readline';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';

/** What the order service tells of an order to a service that compares it with what it keeps. */
const ComparedOrder = z.object({
  id: z.guid(),
  customerId: z.guid(),
  status: z.enum(['placed', 'reserved', 'confirmed', 'cancelled']),
  totalCents: z.int(),
  currency: z.string(),
  /** Whether it has ended, and so long ago that every service should have consumed its last event. */
  isSettled: z.boolean(),
  isRefunded: z.boolean(),
  /** Whether an event about it is a dead letter in the order service. */
  isParked: z.boolean(),
});
export type ComparedOrder = z.infer<typeof ComparedOrder>;

// Without it nobody could tell a list that was broken off from one that is complete.
const End = z.object({ end: z.literal(true) });
const Line = z.union([ComparedOrder, End]);

/** Some orders that follow one another: all that there are with ids after `after`, up to and including `upTo`. */
export interface OrderPage {
  orders: ComparedOrder[];
  after: string;
  upTo: string;
}

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';
const AFTER_ALL = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const PAGE = 500;

/** Writes orders as lines of JSON, no faster than they are read. */
export async function writeOrders(orders: AsyncIterable<ComparedOrder>, output: Writable): Promise<void> {
  await pipeline(Readable.from(lines(orders)), output);
}

async function* lines(orders: AsyncIterable<ComparedOrder>): AsyncGenerator<string> {
  for await (const order of orders) yield `${JSON.stringify(order)}\n`;
  yield `${JSON.stringify({ end: true } satisfies z.infer<typeof End>)}\n`;
}

/**
 * Reads what `writeOrders` has written: orders in the order of their ids, page by page. The last page reaches to the end
 * of all ids, and may be empty.
 *
 * @throws Error when the list breaks off
 */
export async function* readOrders(input: Readable, size = PAGE): AsyncGenerator<OrderPage> {
  let after = BEFORE_ALL;
  let orders: ComparedOrder[] = [];
  for await (const text of createInterface({ input })) {
    const line = Line.parse(JSON.parse(text));
    if ('end' in line) {
      yield { orders, after, upTo: AFTER_ALL };
      return;
    }
    orders.push(line);
    if (orders.length < size) continue;
    yield { orders, after, upTo: line.id };
    [after, orders] = [line.id, []];
  }
  throw new Error('The list of orders breaks off.');
}
