import { type Evidence, firstSaid, grouped, hasEnded, type StoredMessage } from './evidence.ts';

/** Every customer is told of each order's end, and of money that comes back: once, by what the mailbox has. */
export function everyoneIsTold(evidence: Evidence): string[] {
  const { orders, ledger, messages } = evidence;
  const messagesOf = grouped(messages, ({ orderId, kind }) => `${orderId} ${kind}`);
  const refunded = new Set(ledger.filter(({ kind }) => kind === 'refund').map(({ reference }) => reference));
  const due = orders.flatMap((order) => [
    ...(hasEnded(order) ? [{ id: order.id, kind: `order-${order.status}` }] : []),
    ...(refunded.has(order.id) ? [{ id: order.id, kind: 'order-refunded' }] : []),
  ]);
  const unwritten = due
    .filter(({ id, kind }) => messagesOf(`${id} ${kind}`).length === 0)
    .map(({ id, kind }) => `Nobody was told of order ${id}: there is no message ${kind}.`);
  const wanted = new Set(due.map(({ id, kind }) => `${id} ${kind}`));
  const untrue = messages
    .filter(({ orderId, kind }) => !wanted.has(`${orderId} ${kind}`))
    .map(({ id, orderId, kind }) => `Message ${id} says ${kind} of order ${orderId}, which is not so.`);
  return [...unwritten, ...untrue, ...faultsOfDelivery(evidence)];
}

/** E-mail is at least once, so it is counted by its Message-ID, which holds the id of the event that it tells of. */
function faultsOfDelivery({ events, contacts, messages, mail }: Evidence): string[] {
  const told = new Map(firstSaid(events).map((event) => [event.id, event]));
  const addressOf = new Map(contacts.map(({ customerId, email }) => [customerId, email]));
  const mailOf = grouped(mail, ({ messageId }) => messageId ?? '');
  const known = new Set(messages.map(messageIdOf));
  const strange = mail.filter(({ messageId }) => !known.has(messageId ?? ''));
  return [
    ...messages.flatMap((message) => {
      const { id, orderId, kind, status, customerId } = message;
      const event = told.get(id);
      const address = addressOf.get(customerId);
      const letters = mailOf(messageIdOf(message));
      const about = `Message ${id} (${kind}) about order ${orderId}`;
      if (event?.key !== orderId || event.type.replace('.', '-') !== kind)
        return [`${about} tells of no such event.`];
      if (!address) return [];
      if (status !== 'sent') return [`${about} is ${status}, and its customer has an address.`];
      if (letters.length === 0) return [`${about} is called sent, and never reached the mailbox.`];
      return letters.some(({ to }) => to !== address) ? [`${about} went to somebody else.`] : [];
    }),
    ...strange.map(({ messageId, to }) => `${to} has an e-mail that nobody wrote: ${messageId}.`),
  ];
}

function messageIdOf({ id }: StoredMessage): string {
  return `<${id}@tenfold.example>`;
}
