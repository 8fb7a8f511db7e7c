import type { ReceivedRecord } from '@repo/events';
import { formatMoney } from '@repo/money';
import { knownEvents } from '../known-events.ts';
import type { Mail, Movement, PlacedOrder } from './shop.ts';

/** Something that one of the services did for an order. */
export type Moment = {
  at: number;
  service: string;
  /** The name of what others could see of it: an event, an answer, an e-mail. */
  what: string;
  inWords: string;
  /** How the order ended, if this was its end. */
  ending?: Ending;
  /** The e-mail, if this was its arrival. */
  mail?: Mail;
};

export type Ending = { status: 'confirmed' | 'cancelled'; reason: string | null };

/** An order whose story has been told: how it ended, if it did, what was written to its customer and what was paid. */
export type Told = {
  order: PlacedOrder;
  ending?: Ending;
  afterMs?: number;
  mails: Mail[];
  movements: Movement[];
};

type Data = {
  totalCents: number;
  amountCents: number;
  currency: string;
  reason: string;
  missing: { sku: string; requested: number; available: number }[];
};

const words: Record<string, (data: Data) => string> = {
  'order.placed': ({ totalCents, currency }) => `takes the order, ${formatMoney(totalCents, currency)}`,
  'stock.reserved': () => 'sets the goods aside',
  'stock.rejected': ({ missing }) => `has no ${missing.map(({ sku }) => sku).join(', ')}`,
  'order.reserved': () => 'asks for the money',
  'payment.captured': ({ amountCents, currency }) => `takes ${formatMoney(amountCents, currency)}`,
  'payment.declined': () => 'is refused the money',
  'payment.refunded': ({ amountCents, currency }) => `gives ${formatMoney(amountCents, currency)} back`,
  'order.confirmed': () => 'confirms the order',
  'order.cancelled': ({ reason }) => `cancels the order: ${reason}`,
  'order.refunded': () => 'knows that the money came back',
};

export function placing({ answeredAt }: PlacedOrder): Moment {
  return { at: answeredAt, service: 'customer', what: '201 Created', inWords: 'has an answer' };
}

export function cancelling(): Moment {
  return { at: Date.now(), service: 'customer', what: 'POST .../cancel', inWords: 'no longer wants it' };
}

export function tooLate(): Moment {
  return { at: Date.now(), service: 'customer', what: '409 Conflict', inWords: 'is too late' };
}

/** What the customer is written to about. */
const told = ['order.confirmed', 'order.cancelled', 'order.refunded'];

/** Whether nothing more is to come of an order of which this has been heard, and so many e-mails have arrived. */
export function isOver(heard: ReadonlySet<string>, mails: number): boolean {
  const isCancelled = heard.has('order.cancelled');
  const isPaymentOpen =
    heard.has('order.reserved') && !heard.has('payment.declined') && !heard.has('payment.captured');
  const isRefundOpen = isCancelled && heard.has('payment.captured') && !heard.has('order.refunded');
  const letters = told.filter((type) => heard.has(type)).length;
  return (isCancelled || heard.has('order.confirmed')) && !isPaymentOpen && !isRefundOpen && mails >= letters;
}

/**
 * An event, at the time at which Kafka got it and others could receive it; null for a record that is none, which the
 * services put aside. Records may bear any time: one in the future is as good as now.
 */
export function hearing(record: ReceivedRecord, now = Date.now()): Moment | null {
  const { headers, timestamp } = record;
  const type = headers.ce_type ?? '';
  const data = readData(record);
  if (!data) return null;
  const moment = {
    at: Math.min(timestamp.getTime() || now, now),
    service: headers.ce_source?.slice(1) ?? '',
    what: type,
    inWords: words[type]?.(data) ?? '',
  };
  if (type === 'order.confirmed') return { ...moment, ending: { status: 'confirmed', reason: null } };
  if (type !== 'order.cancelled') return moment;
  return { ...moment, ending: { status: 'cancelled', reason: data.reason } };
}

/** The data of a record that is an event of the contracts, on the topic of its type. */
function readData({ topic, headers, value }: ReceivedRecord): Data | null {
  const event = knownEvents.get(headers.ce_type ?? '');
  if (event?.topic !== topic) return null;
  try {
    return event.schema.parse(JSON.parse(value)) as Data;
  } catch {
    return null;
  }
}

export function mailing(mail: Mail): Moment {
  return {
    at: Date.parse(mail.at) || Date.now(),
    service: 'notification',
    what: 'e-mail',
    inWords: 'writes to the customer',
    mail,
  };
}
