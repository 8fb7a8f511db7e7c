import type { Done } from '@tenfold/due';
import type { OutgoingEvent } from '@tenfold/events';
import { formatMoney } from '@tenfold/money';
import type { Transaction } from '@tenfold/postgres';
import type { Mailer } from './mailer.ts';
import { compose } from './message.ts';
import { type DueMessage, markSent } from './message-store.ts';

/**
 * Sends a message. E-mail is at least once: a crash after the mail server has taken it sends it again, under the same
 * Message-ID, by which a mail program can tell.
 */
export function sendMessage(mailer: Mailer) {
  return (message: DueMessage): Promise<void> =>
    mailer.send({
      ...compose(message, formatMoney),
      to: message.email,
      messageId: `<${message.id}@tenfold.example>`,
    });
}

/** Writes down that messages have been sent. */
export async function recordSent(tx: Transaction, done: Done<DueMessage, void>[]): Promise<OutgoingEvent[]> {
  await markSent(
    tx,
    done.map(({ row }) => row.id),
    new Date(),
  );
  return [];
}
