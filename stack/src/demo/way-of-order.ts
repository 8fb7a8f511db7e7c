import { setTimeout as sleep } from 'node:timers/promises';
import type { ReceivedRecord } from '@tenfold/events';
import { isAbout } from '../event-lines.ts';
import { hearing, type Moment, mailing, placing } from './moments.ts';
import type { Mail, PlacedOrder } from './shop.ts';

type Sources = {
  /** What has been heard on the topics since the last time. */
  takeEvents: () => ReceivedRecord[];
  findMail: (orderId: string) => Promise<Mail | undefined>;
};

const tickMs = 20;
/** Topics are read side by side: what is newer than this may still be overtaken by something older. */
const settledMs = 100;
const silenceMs = 5_000;
const mailWithinMs = 10_000;

/**
 * What happens to an order, as it happens and in the order of time: from its placing to its e-mail, or until `end`.
 * When there is nothing new for a while, that is told too, once.
 */
export async function* wayOf(
  order: PlacedOrder,
  { takeEvents, findMail }: Sources,
  end: AbortSignal,
): AsyncGenerator<Moment | 'silence'> {
  const untold = [placing(order)];
  let endedAt = Number.POSITIVE_INFINITY;
  let mailed = false;
  for (let lastAt = Date.now(), silent = false; !end.aborted; await sleep(tickMs)) {
    for (const record of takeEvents()) if (isAbout(record, order.id)) untold.push(hearing(record));
    if (!mailed && Date.now() > endedAt) {
      // A mailbox that is down for a moment is one without the e-mail.
      const mail = await findMail(order.id).catch(() => undefined);
      if (mail) untold.push(mailing(mail));
      mailed = mail !== undefined;
    }
    for (const moment of takeSettled(untold)) {
      yield moment;
      [lastAt, silent] = [Date.now(), false];
      if (moment.ending) endedAt = lastAt;
    }
    if (mailed && untold.length === 0) return;
    if (Date.now() > endedAt + mailWithinMs) return;
    if (silent || Date.now() < lastAt + silenceMs) continue;
    yield 'silence';
    silent = true;
  }
}

function takeSettled(untold: Moment[]): Moment[] {
  untold.sort((one, other) => one.at - other.at);
  const unsettled = untold.findIndex(({ at }) => at > Date.now() - settledMs);
  return untold.splice(0, unsettled < 0 ? untold.length : unsettled);
}
