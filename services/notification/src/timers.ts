import { createDueWorker, type DueWorker } from '@tenfold/due';
import type { Logger } from '@tenfold/observability';
import type { Database } from '@tenfold/postgres';
import type { Mailer } from './mailer.ts';
import { claimDueMessages, type DueMessage, postponeMessage } from './message-store.ts';
import { recordSent, sendMessage } from './send-message.ts';

export interface TimerOptions {
  database: Database;
  mailer: Mailer;
  log: Logger;
}

/** What this service does when its time has come. */
export function createSendTimer({ database, mailer, log }: TimerOptions): DueWorker {
  return createDueWorker<DueMessage, void>({
    name: 'send message',
    database,
    log,
    claim: claimDueMessages,
    perform: sendMessage(mailer),
    record: recordSent,
    postpone: postponeMessage,
    onCommit: () => {},
  });
}
