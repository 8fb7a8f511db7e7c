import type { ReceivedRecord } from '@repo/events';
import { openEventReader, type Print, type Running } from '@repo/stack';
import { emailLines, entryLine, requestLine, silenceLine } from './lines.ts';
import type { OrderOutcome } from './outcome.ts';
import { type OrderRequest, openShop, type PlacedOrder } from './shop.ts';
import { orderTimeline } from './timeline.ts';
import { cancelEntry, tooLateEntry } from './timeline-entries.ts';

type Context = { running: Running; print: Print; signal: AbortSignal };
type Options = {
  /** How long to wait for a product to appear in the price list. */
  patienceMs?: number;
  /** How long to follow the order; unlimited where it is left out. */
  withinMs?: number;
  /** Cancels the order as soon as its stock is reserved, while its payment is being captured. */
  cancels?: boolean;
};

/** Places orders in the running system, and prints what happens to each as it happens. */
export async function createFollower({ running, print, signal }: Context) {
  const received: ReceivedRecord[] = [];
  const shop = await openShop(running);
  const reader = await openEventReader(running.servers.kafka, signal, (records) => {
    for (const record of records) received.push(record);
  });
  const sources = { takeEvents: () => received.splice(0), findEmails: shop.mail?.findEmails };

  async function followOrder(request: OrderRequest, options: Options = {}): Promise<OrderOutcome> {
    const { patienceMs = 0, withinMs, cancels = false } = options;
    await reader.untilCaughtUp();
    received.length = 0;
    const order = await shop.placeOrder(request, { patienceMs });
    const outcome: OrderOutcome = { order, emails: shop.mail && [], ledger: [] };
    print(requestLine());
    const end = withinMs ? AbortSignal.any([signal, AbortSignal.timeout(withinMs)]) : signal;
    for await (const entry of orderTimeline(order, sources, end)) {
      if (entry === 'silence') {
        print(silenceLine());
        continue;
      }
      print(entryLine(entry, order));
      const { ending, email } = entry;
      if (ending) Object.assign(outcome, { ending, afterMs: entry.at - order.sentAt });
      if (email) outcome.emails?.push(email);
      if (cancels && entry.name === 'order.reserved') await cancel(order);
    }
    for (const line of outcome.emails?.flatMap((email) => [...emailLines(email), '']) ?? []) print(line);
    outcome.ledger = await shop.findLedgerEntries(order.id);
    return outcome;
  }

  async function cancel(order: PlacedOrder): Promise<void> {
    print(entryLine(cancelEntry(), order));
    if (!(await shop.cancelOrder(order))) print(entryLine(tooLateEntry(), order));
  }

  return { shop, followOrder, close: reader.close };
}
