import { setTimeout as sleep } from 'node:timers/promises';
import type { ReceivedRecord } from '@repo/events';
import { isAbout } from '../event-lines.ts';
import { hearing, isOver, type Moment, mailing, placing } from './moments.ts';
import type { Mail, PlacedOrder } from './shop.ts';

type Sources = {
  /** What has been heard on the topics since the last time. */
  takeEvents: () => ReceivedRecord[];
  findMails: (orderId: string) => Promise<Mail[]>;
};

const tickMs = 20;
/** Topics are read side by side: what is newer than this may still be overtaken by something older. */
const settledMs = 100;
const silenceMs = 5_000;
/** How long an order that has ended may go without anything new, before what is missing is given up. */
const lastWordMs = 10_000;

/**
 * What happens to an order, as it happens and in the order of time: from its placing until its money and its e-mails
 * are where they belong, or until `end`. When there is nothing new for a while, that is told too, once.
 */
export async function* wayOf(
  order: PlacedOrder,
  { takeEvents, findMails }: Sources,
  end: AbortSignal,
): AsyncGenerator<Moment | 'silence'> {
  const untold = [placing(order)];
  const heard = new Set<string>();
  let mails = 0;
  let hasEnded = false;
  for (let lastAt = Date.now(), silent = false; !end.aborted; await sleep(tickMs)) {
    untold.push(...eventsOf(order, takeEvents()));
    if (hasEnded) {
      // A mailbox that is down for a moment is one without new e-mails.
      const all = await findMails(order.id).catch(() => []);
      untold.push(...all.slice(mails).map(mailing));
      mails = Math.max(mails, all.length);
    }
    for (const moment of takeSettled(untold)) {
      yield moment;
      heard.add(moment.what);
      [lastAt, silent] = [Date.now(), false];
      if (moment.ending) hasEnded = true;
    }
    if (untold.length === 0 && isOver(heard, mails)) return;
    if (hasEnded && Date.now() > lastAt + lastWordMs) return;
    if (silent || Date.now() < lastAt + silenceMs) continue;
    yield 'silence';
    silent = true;
  }
}

function eventsOf({ id }: PlacedOrder, records: ReceivedRecord[]): Moment[] {
  return records
    .filter((record) => isAbout(record, id))
    .map((record) => hearing(record))
    .filter((moment) => moment !== null);
}

function takeSettled(untold: Moment[]): Moment[] {
  untold.sort((one, other) => one.at - other.at);
  const unsettled = untold.findIndex(({ at }) => at > Date.now() - settledMs);
  return untold.splice(0, unsettled < 0 ? untold.length : unsettled);
}
