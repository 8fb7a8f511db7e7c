import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, type Say } from '../failure.ts';
import type { Span } from '../spans.ts';
import type { System } from '../start-system.ts';
import { endingLines, heading, isAsHoped, verdict, wishInWords } from './lines.ts';
import type { Ending, Told } from './moments.ts';
import { fillShelves } from './products.ts';
import { customer, type PlacedOrder, type ProductPatch } from './shop.ts';
import { openTeller } from './tell-order.ts';
import { isWhole, traceTree } from './trace-tree.ts';

type Outside = {
  say: Say;
  signal: AbortSignal;
  /** Whether the system's traces can be read here; else their reader is elsewhere. */
  tracesAreHere: boolean;
  /** What is said at the end, if the system goes on after the demo. */
  farewell?: (order?: PlacedOrder) => string[];
};

type Shown = Pick<System, 'running' | 'spans'>;

const acts: { title: string; wish: ProductPatch; cancels?: boolean; hoped: Ending }[] = [
  {
    title: 'An order that is confirmed',
    wish: {
      lines: [
        { sku: 'KEYBOARD', quantity: 1 },
        { sku: 'MOUSE', quantity: 2 },
      ],
      paymentToken: 'tok_ok',
    },
    hoped: { status: 'confirmed', reason: null },
  },
  {
    title: 'An order whose payment is declined',
    wish: { lines: [{ sku: 'MONITOR', quantity: 1 }], paymentToken: 'tok_declined' },
    hoped: { status: 'cancelled', reason: 'payment-declined' },
  },
  {
    title: 'An order that finds no stock',
    wish: { lines: [{ sku: 'SOLD-OUT', quantity: 1 }], paymentToken: 'tok_ok' },
    hoped: { status: 'cancelled', reason: 'out-of-stock' },
  },
  {
    title: "An order whose payment's reply is lost",
    wish: { lines: [{ sku: 'MOUSE', quantity: 1 }], paymentToken: 'tok_lost_reply' },
    hoped: { status: 'confirmed', reason: null },
  },
  {
    title: 'An order that is cancelled in the middle',
    wish: { lines: [{ sku: 'LAPTOP', quantity: 1 }], paymentToken: 'tok_slow' },
    cancels: true,
    hoped: { status: 'cancelled', reason: 'customer' },
  },
];

/**
 * The story that `npm start` tells once everything is ready: five orders and their ways, the trace of the first, and
 * what to try next. Answers whether every order ended as it should, with an e-mail.
 */
export async function runDemo(system: Shown, outside: Outside): Promise<boolean> {
  const { say, signal, tracesAreHere, farewell = () => [] } = outside;
  const bid = (order?: PlacedOrder) => {
    for (const line of farewell(order)) say(line);
  };
  try {
    const told = await tellAll(system, outside);
    if (signal.aborted) return false;
    for (const line of await traceLines(system, told[0], tracesAreHere)) say(line);
    const failed = acts.filter(({ hoped }, index) => !told[index] || !isAsHoped(told[index], hoped));
    for (const line of verdict(failed.map(({ title }) => title))) say(line);
    bid(told[0]?.order);
    return failed.length === 0;
  } catch (error) {
    if (signal.aborted || !(error instanceof Failure)) throw error;
    say(`The demo could not go on. ${error.message}`);
    bid();
    return false;
  }
}

async function tellAll({ running }: Shown, { say, signal }: Outside): Promise<Told[]> {
  const teller = await openTeller({ running, say, signal });
  try {
    await Promise.all([fillShelves(teller.shop), teller.shop.giveContact()]);
    say(`\n  The shelves are filled, and ${customer.email} places ${acts.length} orders.`);
    const told: Told[] = [];
    for (const { title, wish, hoped, cancels = false } of acts) {
      say(heading(`${title}: ${wishInWords(wish)}`));
      const one = await teller.tell(wish, { patienceMs: 10_000, withinMs: 30_000, cancels });
      if (signal.aborted) break;
      for (const line of endingLines(one, hoped)) say(line);
      told.push(one);
    }
    return told;
  } finally {
    await teller.leave();
  }
}

async function traceLines(system: Shown, first: Told | undefined, tracesAreHere: boolean): Promise<string[]> {
  const title = heading('The trace of the first order');
  if (!first) return [];
  const { traceId } = first.order;
  if (!tracesAreHere)
    return [title, `    ${traceId}, where OTEL_EXPORTER_OTLP_ENDPOINT points, if it is set`];
  return [title, ...traceTree(await wholeTrace(() => system.spans(traceId)))];
}

/** Spans come in a moment after they have ended, from each process in its own time. */
async function wholeTrace(read: () => Span[], withinMs = 5_000): Promise<Span[]> {
  const until = Date.now() + withinMs;
  while (!isWhole(read()) && Date.now() < until) await sleep(50);
  return read();
}
