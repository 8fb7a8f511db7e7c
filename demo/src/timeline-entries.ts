import type { ReceivedRecord } from '@repo/events';
import { formatMoney } from '@repo/money';
import { knownEvents } from '@repo/stack';
import type { Email } from './mail.ts';
import type { PlacedOrder } from './shop.ts';

/** One step of an order that is visible from outside. */
export type TimelineEntry = {
  at: number;
  service: string;
  /** An event, a response or an e-mail. */
  name: string;
  description: string;
  /** How the order ended, if this was its end. */
  ending?: Ending;
  email?: Email;
};

export type Ending = { status: 'confirmed' | 'cancelled'; reason: string | null };

type Data = {
  totalCents: number;
  amountCents: number;
  currency: string;
  reason: string;
  missing: { sku: string; requested: number; available: number }[];
};

const descriptions: Record<string, (data: Data) => string> = {
  'order.placed': ({ totalCents, currency }) => `accepts the order, ${formatMoney(totalCents, currency)}`,
  'stock.reserved': () => 'reserves the stock',
  'stock.rejected': ({ missing }) => `is out of stock: ${missing.map(({ sku }) => sku).join(', ')}`,
  'order.reserved': () => 'requests the payment',
  'payment.captured': ({ amountCents, currency }) => `captures ${formatMoney(amountCents, currency)}`,
  'payment.declined': () => 'reports a declined payment',
  'payment.refunded': ({ amountCents, currency }) => `refunds ${formatMoney(amountCents, currency)}`,
  'order.confirmed': () => 'confirms the order',
  'order.cancelled': ({ reason }) => `cancels the order: ${reason}`,
  'order.refunded': () => 'records the refund',
};

export function placedEntry({ answeredAt }: PlacedOrder): TimelineEntry {
  return { at: answeredAt, service: 'customer', name: '201 Created', description: 'receives the response' };
}

export function cancelEntry(): TimelineEntry {
  return { at: Date.now(), service: 'customer', name: 'POST .../cancel', description: 'cancels the order' };
}

export function tooLateEntry(): TimelineEntry {
  return { at: Date.now(), service: 'customer', name: '409 Conflict', description: 'is too late' };
}

/** The events that notification sends an e-mail about. */
const announced = ['order.confirmed', 'order.cancelled', 'order.refunded'];

/**
 * Whether an order needs no further entry.
 *
 * @param seen the names of its entries so far
 * @param emails how many e-mails have come; undefined in a system that sends none
 */
export function isComplete(seen: ReadonlySet<string>, emails: number | undefined): boolean {
  const isCancelled = seen.has('order.cancelled');
  const isPaymentOpen =
    seen.has('order.reserved') && !seen.has('payment.declined') && !seen.has('payment.captured');
  const isRefundOpen = isCancelled && seen.has('payment.captured') && !seen.has('order.refunded');
  const missesEmails = emails !== undefined && emails < announced.filter((type) => seen.has(type)).length;
  return (isCancelled || seen.has('order.confirmed')) && !isPaymentOpen && !isRefundOpen && !missesEmails;
}

/**
 * The entry of an event, at the time at which Kafka stored it; null for a record that is no event, which the services
 * dead-letter. A record may bear any time: one in the future counts as now.
 */
export function eventEntry(record: ReceivedRecord, now = Date.now()): TimelineEntry | null {
  const { headers, timestamp } = record;
  const type = headers.ce_type ?? '';
  const data = readData(record);
  if (!data) return null;
  const entry = {
    at: Math.min(timestamp.getTime() || now, now),
    service: headers.ce_source?.slice(1) ?? '',
    name: type,
    description: descriptions[type]?.(data) ?? '',
  };
  if (type === 'order.confirmed') return { ...entry, ending: { status: 'confirmed', reason: null } };
  if (type !== 'order.cancelled') return entry;
  return { ...entry, ending: { status: 'cancelled', reason: data.reason } };
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

export function emailEntry(email: Email): TimelineEntry {
  return {
    at: Date.parse(email.at) || Date.now(),
    service: 'notification',
    name: 'e-mail',
    description: 'e-mails the customer',
    email,
  };
}
