import type { ReceivedRecord } from '@repo/events';
import { openEventReader } from '../event-reader.ts';
import type { Say } from '../failure.ts';
import type { Running } from '../running.ts';
import { letter, momentLine, requestLine, silenceLine } from './lines.ts';
import { cancelling, type Told, tooLate } from './moments.ts';
import { openShop, type ProductPatch } from './shop.ts';
import { wayOf } from './way-of-order.ts';

type Outside = { running: Running; say: Say; signal: AbortSignal };
export type Telling = {
  /** How long to wait for a product to appear in the price list. */
  patienceMs?: number;
  /** How long to follow the order; without it, for as long as it takes. */
  withinMs?: number;
  /** Cancels the order as soon as its goods have been set aside, while the money is being taken. */
  cancels?: boolean;
};

/** Places orders at the running system, and tells what becomes of each as it happens. */
export async function openTeller({ running, say, signal }: Outside) {
  const heard: ReceivedRecord[] = [];
  const shop = await openShop(running);
  const reader = await openEventReader(running.servers.kafka, signal, (records) => {
    for (const record of records) heard.push(record);
  });
  const sources = { takeEvents: () => heard.splice(0), findMails: shop.findMails };

  async function tell(wish: ProductPatch, telling: Telling = {}): Promise<Told> {
    const { patienceMs = 0, withinMs, cancels = false } = telling;
    await reader.untilCaughtUp();
    heard.length = 0;
    const order = await shop.placeOrder(wish, { patienceMs });
    const told: Told = { order, mails: [], movements: [] };
    say(requestLine());
    const end = withinMs ? AbortSignal.any([signal, AbortSignal.timeout(withinMs)]) : signal;
    for await (const moment of wayOf(order, sources, end)) {
      if (moment === 'silence') say(silenceLine());
      else {
        say(momentLine(moment, order));
        if (moment.ending) Object.assign(told, { ending: moment.ending, afterMs: moment.at - order.sentAt });
        if (moment.mail) told.mails.push(moment.mail);
        if (cancels && moment.what === 'order.reserved') {
          say(momentLine(cancelling(), order));
          if (!(await shop.cancelOrder(order))) say(momentLine(tooLate(), order));
        }
      }
    }
    for (const line of told.mails.flatMap((mail) => [...letter(mail), ''])) say(line);
    told.movements = await shop.findMovements(order.id);
    return told;
  }

  return { shop, tell, leave: reader.leave };
}
