import type { Evidence } from '../../invariants/evidence.ts';
import { firstPublished, grouped, repeated } from '../../invariants/group.ts';
import { hasEnded } from '../order/evidence.ts';
import type { Mail, StoredMessage } from './evidence.ts';

/**
 * Every customer is notified of each order's end and of each refund: once, by the e-mails in the mailbox. A message fails
 * if and only if the mail server refuses its address.
 */
export function everyCustomerIsNotified(evidence: Evidence): string[] {
  const { orders, ledger, messages } = evidence;
  const messagesOf = grouped(messages, ({ orderId, kind }) => `${orderId} ${kind}`);
  const refunded = new Set(ledger.filter(({ kind }) => kind === 'refund').map(({ reference }) => reference));
  const due = orders.flatMap((order) => [
    ...(hasEnded(order) ? [{ id: order.id, kind: `order-${order.status}` }] : []),
    ...(refunded.has(order.id) ? [{ id: order.id, kind: 'order-refunded' }] : []),
  ]);
  const unwritten = due
    .filter(({ id, kind }) => messagesOf(`${id} ${kind}`).length === 0)
    .map(({ id, kind }) => `The customer of order ${id} was not notified: there is no message ${kind}.`);
  const wanted = new Set(due.map(({ id, kind }) => `${id} ${kind}`));
  const untrue = messages
    .filter(({ orderId, kind }) => !wanted.has(`${orderId} ${kind}`))
    .map(({ id, orderId, kind }) => `Message ${id} reports ${kind} for order ${orderId}, which is not true.`);
  return [...unwritten, ...untrue, ...faultsOfDelivery(evidence)];
}

/** E-mail is at least once, so it is counted by its Message-ID, which holds the id of the event that it reports. */
function faultsOfDelivery({ events, contacts, messages, mail }: Evidence): string[] {
  const eventById = new Map(firstPublished(events).map((event) => [event.id, event]));
  const addressOf = new Map(contacts.map(({ customerId, email }) => [customerId, email]));
  const mailOf = grouped(mail, ({ messageId }) => messageId ?? '');
  const known = new Set(messages.map(messageIdOf));
  const strange = mail.filter(({ messageId }) => !known.has(messageId ?? ''));
  return [
    ...messages.flatMap((message) => {
      const { id, orderId, kind, customerId } = message;
      const event = eventById.get(id);
      const about = `Message ${id} (${kind}) about order ${orderId}`;
      if (event?.key !== orderId || event.type.replace('.', '-') !== kind)
        return [`${about} reports no event of this kind.`];
      const fault = faultOf(message, addressOf.get(customerId) ?? null, mailOf(messageIdOf(message)));
      return fault ? [`${about} ${fault}`] : [];
    }),
    ...strange.map(({ messageId, to }) => `${to} has an e-mail without a message: ${messageId}.`),
  ];
}

/** The fault of a message, given its customer's address and the e-mails that were sent for it. */
function faultOf(
  { status, failureCode }: StoredMessage,
  address: string | null,
  mail: Mail[],
): string | undefined {
  const outcome = failureCode === null ? status : `${status} (${failureCode})`;
  if (mail.some(({ to }) => to !== address)) return 'went to another address.';
  if (address === null)
    return outcome === 'waiting' ? undefined : `is ${outcome}, and its customer has no address.`;
  if (isRefused(address))
    return outcome === REFUSED ? undefined : `is ${outcome}, and its address is refused.`;
  if (outcome !== 'sent') return `is ${outcome}, and its customer has an address.`;
  return mail.length === 0 ? 'is marked as sent, and never reached the mailbox.' : undefined;
}

/** The end of a message whose address the mailbox refuses: with the code of its reply, and without the address. */
const REFUSED = 'failed (550 5.1.1)';

/** As in external/mailbox. */
function isRefused(address: string): boolean {
  return /^refused[+.@]/.test(address);
}

function messageIdOf({ id }: StoredMessage): string {
  return `<${id}@tenfold.example>`;
}

/** Each event causes one message, and each order has one message of each kind. */
export function oneMessageForEachEvent({ messages }: Evidence): string[] {
  return [
    ...repeated(messages, ({ id }) => id, 'messages about the event'),
    ...repeated(messages, ({ kind, orderId }) => `${orderId} (${kind})`, 'messages about order'),
  ];
}
