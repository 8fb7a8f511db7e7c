import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, type Print, type Span, type System, traceTree } from '@repo/stack';
import { createFollower } from './follow-order.ts';
import { describeRequest, endingLines, heading, isAsExpected, verdict } from './lines.ts';
import type { OrderOutcome } from './outcome.ts';
import { stockProducts } from './products.ts';
import { customer, type OrderRequest, type PlacedOrder } from './shop.ts';
import type { Ending } from './timeline-entries.ts';
import { isWhole } from './whole-trace.ts';

type Context = {
  print: Print;
  signal: AbortSignal;
  /** Whether the traces of the system come to this process, or to another collector. */
  tracesAreHere: boolean;
  /** The lines for the end, if the system keeps running after the demo. */
  nextSteps?: (order?: PlacedOrder) => string[];
};

type Shown = Pick<System, 'running' | 'spans'>;

const scenes: { title: string; request: OrderRequest; cancels?: boolean; expected: Ending }[] = [
  {
    title: 'An order that is confirmed',
    request: {
      lines: [
        { sku: 'KEYBOARD', quantity: 1 },
        { sku: 'MOUSE', quantity: 2 },
      ],
      paymentToken: 'tok_ok',
    },
    expected: { status: 'confirmed', reason: null },
  },
  {
    title: 'An order whose payment is declined',
    request: { lines: [{ sku: 'MONITOR', quantity: 1 }], paymentToken: 'tok_declined' },
    expected: { status: 'cancelled', reason: 'payment-declined' },
  },
  {
    title: 'An order for a product that is out of stock',
    request: { lines: [{ sku: 'SOLD-OUT', quantity: 1 }], paymentToken: 'tok_ok' },
    expected: { status: 'cancelled', reason: 'out-of-stock' },
  },
  {
    title: "An order whose payment's reply is lost",
    request: { lines: [{ sku: 'MOUSE', quantity: 1 }], paymentToken: 'tok_lost_reply' },
    expected: { status: 'confirmed', reason: null },
  },
  {
    title: 'An order that its customer cancels',
    request: { lines: [{ sku: 'LAPTOP', quantity: 1 }], paymentToken: 'tok_slow' },
    cancels: true,
    expected: { status: 'cancelled', reason: 'customer' },
  },
];

/**
 * The story of `npm start` once everything is ready: five orders, the trace of the first, and the next steps. Returns
 * whether every order ended as expected.
 */
export async function runDemo(system: Shown, context: Context): Promise<boolean> {
  const { print, signal, tracesAreHere, nextSteps = () => [] } = context;
  const showNextSteps = (order?: PlacedOrder) => {
    for (const line of nextSteps(order)) print(line);
  };
  try {
    const outcomes = await followAll(system, context);
    if (signal.aborted) return false;
    for (const line of await traceLines(system, outcomes[0], tracesAreHere)) print(line);
    const failed = scenes.filter(({ expected }, index) => {
      const outcome = outcomes[index];
      return !outcome || !isAsExpected(outcome, expected);
    });
    for (const line of verdict(failed.map(({ title }) => title))) print(line);
    showNextSteps(outcomes[0]?.order);
    return failed.length === 0;
  } catch (error) {
    if (signal.aborted || !(error instanceof Failure)) throw error;
    print(`The demo could not continue. ${error.message}`);
    showNextSteps();
    return false;
  }
}

async function followAll({ running }: Shown, { print, signal }: Context): Promise<OrderOutcome[]> {
  const follower = await createFollower({ running, print, signal });
  try {
    await Promise.all([stockProducts(follower.shop), follower.shop.mail?.registerContact()]);
    print(`\n  The products are in stock, and ${customer.email} places ${scenes.length} orders.`);
    const outcomes: OrderOutcome[] = [];
    for (const { title, request, expected, cancels = false } of scenes) {
      print(heading(`${title}: ${describeRequest(request)}`));
      const one = await follower.followOrder(request, { patienceMs: 10_000, withinMs: 30_000, cancels });
      if (signal.aborted) break;
      for (const line of endingLines(one, expected)) print(line);
      outcomes.push(one);
    }
    return outcomes;
  } finally {
    await follower.close();
  }
}

async function traceLines(
  system: Shown,
  first: OrderOutcome | undefined,
  tracesAreHere: boolean,
): Promise<string[]> {
  const title = heading('The trace of the first order');
  if (!first) return [];
  const { traceId } = first.order;
  if (!tracesAreHere)
    return [title, `    ${traceId}, where OTEL_EXPORTER_OTLP_ENDPOINT points, if it is set`];
  return [title, ...traceTree(await wholeTrace(() => system.spans(traceId), first.emails !== undefined))];
}

/** Each process exports its spans a moment after they have ended. */
async function wholeTrace(read: () => Span[], hasEmail: boolean, withinMs = 5_000): Promise<Span[]> {
  const until = Date.now() + withinMs;
  while (!isWhole(read(), hasEmail) && Date.now() < until) await sleep(50);
  return read();
}
