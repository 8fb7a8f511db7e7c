/** A message to a customer, and its text. Pure. */
export type Kind = 'order-confirmed' | 'order-cancelled' | 'order-refunded';

/** Facts in addition to the order: the total of a confirmed order, the amount of a refunded one. */
export interface Details {
  totalCents?: number;
  amountCents?: number;
  currency?: string;
  reason?: string;
  lines?: { sku: string; quantity: number }[];
}

export interface Message {
  /** The id of its event. */
  id: string;
  orderId: string;
  customerId: string;
  kind: Kind;
  /** failed: the mail server refuses the address permanently. */
  status: 'waiting' | 'sent' | 'failed';
  details: Details;
  createdAt: Date;
  sentAt: Date | null;
}

/** A message before it is stored: the insert sets `createdAt`. */
export type NewMessage = Pick<Message, 'id' | 'orderId' | 'customerId' | 'kind' | 'details'>;

export interface Email {
  subject: string;
  text: string;
  html: string;
}

const REASONS: Record<string, string> = {
  'out-of-stock': 'something that you ordered is out of stock',
  'payment-declined': 'your payment was declined',
  customer: 'you asked us to',
  deadline: 'it could not be completed in time',
};

/** Formats an amount in minor units of a currency. */
export type FormatMoney = (minorUnits: number, currency: string) => string;

/** Composes the e-mail of a message. */
export function compose({ kind, orderId, details }: Message, formatMoney: FormatMoney): Email {
  const { subject, sentence } = wordsFor(kind, details, formatMoney);
  const lines = (details.lines ?? []).map((line) => `${line.quantity} x ${line.sku}`);
  const order = `Your order: ${orderId}`;
  const text = [sentence, lines.join('\n'), order].filter((part) => part !== '').join('\n\n');
  const items = lines.map((line) => `<li>${escapeHtml(line)}</li>`).join('');
  const list = items && `<ul>${items}</ul>`;
  return { subject, text, html: `<p>${escapeHtml(sentence)}</p>${list}<p>${escapeHtml(order)}</p>` };
}

function wordsFor(kind: Kind, details: Details, formatMoney: FormatMoney) {
  const { totalCents = 0, amountCents = 0, currency = '', reason = '' } = details;
  switch (kind) {
    case 'order-confirmed':
      return {
        subject: 'Your order is confirmed',
        sentence: `Thank you! We have received ${formatMoney(totalCents, currency)} and are packing.`,
      };
    case 'order-cancelled':
      return {
        subject: 'Your order was cancelled',
        sentence: `Your order was cancelled, because ${REASONS[reason] ?? 'it could not be completed'}.`,
      };
    case 'order-refunded':
      return {
        subject: 'Your money is on its way back',
        sentence: `We have paid back ${formatMoney(amountCents, currency)}.`,
      };
  }
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
