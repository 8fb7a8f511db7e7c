import type { OutgoingEvent } from '@repo/events';
import type { Completed } from '@repo/jobs';
import { formatMoney } from '@repo/money';
import type { Transaction } from '@repo/postgres';
import project from '@repo/project' with { type: 'json' };
import { lockAddresses } from './contact-store.ts';
import type { Delivery, Mailer } from './mailer.ts';
import { compose } from './message.ts';
import { recordSent } from './message-metrics.ts';
import { type DueMessage, markFailed, markSent, releaseMessages } from './message-store.ts';

/**
 * Sends a message, at least once: after a crash between the mail server's reply and the commit it is sent again, with
 * the same Message-ID, by which a mail program recognises it.
 */
export function sendMessage(mailer: Mailer) {
  return (message: DueMessage): Promise<Delivery> =>
    mailer.send({
      ...compose(message, formatMoney),
      to: message.email,
      messageId: `<${message.id}@${project.domain}>`,
    });
}

/**
 * Records which messages were sent, and which recipients were refused. This transaction locks contacts before messages,
 * like keepContact: either it sees a new address, or keepContact sees the failed messages.
 */
export async function recordDeliveries(
  tx: Transaction,
  done: Completed<DueMessage, Delivery>[],
): Promise<OutgoingEvent[]> {
  const sent = done.filter(({ answer }) => answer.status === 'sent').map(({ row }) => row.id);
  const refused = done.flatMap(({ row, answer }) =>
    answer.status === 'refused' ? [{ ...row, code: answer.code }] : [],
  );
  if (refused.length > 0) await recordRefusals(tx, refused);
  if (sent.length > 0) {
    const times = await markSent(tx, sent);
    tx.onCommit(() => recordSent(times));
  }
  return [];
}

/** A refusal concerns one address. If the customer has a new address by now, the message is due again. */
async function recordRefusals(tx: Transaction, refused: (DueMessage & { code: string })[]): Promise<void> {
  const addresses = await lockAddresses(
    tx,
    refused.map(({ customerId }) => customerId),
  );
  const isCurrent = ({ customerId, email }: DueMessage) => addresses.get(customerId) === email;
  await markFailed(tx, refused.filter(isCurrent));
  await releaseMessages(
    tx,
    refused.filter((message) => !isCurrent(message)),
  );
}
