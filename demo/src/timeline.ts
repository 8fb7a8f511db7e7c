import { setTimeout as sleep } from 'node:timers/promises';
import type { ReceivedRecord } from '@repo/events';
import { isAbout } from '@repo/stack';
import type { Email } from './mail.ts';
import type { PlacedOrder } from './shop.ts';
import { emailEntry, eventEntry, isComplete, placedEntry, type TimelineEntry } from './timeline-entries.ts';

type Sources = {
  /** The records received since the last call. */
  takeEvents: () => ReceivedRecord[];
  /** Undefined in a system that sends no e-mail. */
  findEmails: ((orderId: string) => Promise<Email[]>) | undefined;
};

const tickMs = 20;
/** Topics are read concurrently: an older entry may still arrive before one that is younger than this. */
const settledMs = 100;
const silenceMs = 5_000;
/** How long to wait for the remaining entries of an order that has ended. */
const lastEntryMs = 10_000;

/**
 * The entries of an order in the order of time, as they happen: from its placing until its money and its e-mails are
 * settled, or until `end`. A pause without entries is reported once, as `silence`.
 */
export async function* orderTimeline(
  order: PlacedOrder,
  { takeEvents, findEmails }: Sources,
  end: AbortSignal,
): AsyncGenerator<TimelineEntry | 'silence'> {
  const pending = [placedEntry(order)];
  const seen = new Set<string>();
  let emails = findEmails && 0;
  let hasEnded = false;
  for (let lastAt = Date.now(), silent = false; !end.aborted; await sleep(tickMs)) {
    pending.push(...eventsOf(order, takeEvents()));
    if (hasEnded && findEmails && emails !== undefined) {
      // A mailbox that is down for a moment counts as one without new e-mails.
      const all = await findEmails(order.id).catch(() => []);
      pending.push(...all.slice(emails).map(emailEntry));
      emails = Math.max(emails, all.length);
    }
    for (const entry of takeSettled(pending)) {
      yield entry;
      seen.add(entry.name);
      [lastAt, silent] = [Date.now(), false];
      if (entry.ending) hasEnded = true;
    }
    if (pending.length === 0 && isComplete(seen, emails)) return;
    if (hasEnded && Date.now() > lastAt + lastEntryMs) return;
    if (silent || Date.now() < lastAt + silenceMs) continue;
    yield 'silence';
    silent = true;
  }
}

function eventsOf({ id }: PlacedOrder, records: ReceivedRecord[]): TimelineEntry[] {
  return records
    .filter((record) => isAbout(record, id))
    .map((record) => eventEntry(record))
    .filter((entry) => entry !== null);
}

function takeSettled(pending: TimelineEntry[]): TimelineEntry[] {
  pending.sort((one, other) => one.at - other.at);
  const unsettled = pending.findIndex(({ at }) => at > Date.now() - settledMs);
  return pending.splice(0, unsettled < 0 ? pending.length : unsettled);
}
