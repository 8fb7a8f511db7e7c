import {
  type Evidence,
  firstPublished,
  grouped,
  hasEnded,
  type Mail,
  type StoredMessage,
} from './evidence.ts';

/**
 * Every customer is told of each order's end, and of money that comes back: once, by what the mailbox has. Messages to
 * those whose address the mail server refuses have failed, and no others have.
 */
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
  const told = new Map(firstPublished(events).map((event) => [event.id, event]));
  const addressOf = new Map(contacts.map(({ customerId, email }) => [customerId, email]));
  const mailOf = grouped(mail, ({ messageId }) => messageId ?? '');
  const known = new Set(messages.map(messageIdOf));
  const strange = mail.filter(({ messageId }) => !known.has(messageId ?? ''));
  return [
    ...messages.flatMap((message) => {
      const { id, orderId, kind, customerId } = message;
      const event = told.get(id);
      const about = `Message ${id} (${kind}) about order ${orderId}`;
      if (event?.key !== orderId || event.type.replace('.', '-') !== kind)
        return [`${about} tells of no such event.`];
      const fault = faultOf(message, addressOf.get(customerId) ?? null, mailOf(messageIdOf(message)));
      return fault ? [`${about} ${fault}`] : [];
    }),
    ...strange.map(({ messageId, to }) => `${to} has an e-mail that nobody wrote: ${messageId}.`),
  ];
}

/** What is wrong with a message, given its customer's address and the e-mails that came of it. */
function faultOf(
  { status, failureCode }: StoredMessage,
  address: string | null,
  mail: Mail[],
): string | undefined {
  const outcome = failureCode === null ? status : `${status} (${failureCode})`;
  if (mail.some(({ to }) => to !== address)) return 'went to somebody else.';
  if (address === null)
    return outcome === 'waiting' ? undefined : `is ${outcome}, and its customer has no address.`;
  if (isRefused(address))
    return outcome === REFUSED ? undefined : `is ${outcome}, and its address is refused.`;
  if (outcome !== 'sent') return `is ${outcome}, and its customer has an address.`;
  return mail.length === 0 ? 'is called sent, and never reached the mailbox.' : undefined;
}

/** How a message ends whose recipient the mailbox refuses: with its reply's code, and without the address. */
const REFUSED = 'failed (550 5.1.1)';

/** As external/mailbox has it. */
function isRefused(address: string): boolean {
  return /^refused[+.@]/.test(address);
}

function messageIdOf({ id }: StoredMessage): string {
  return `<${id}@tenfold.example>`;
}
