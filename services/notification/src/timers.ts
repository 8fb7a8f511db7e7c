import { createDueWorker, type DueWorker } from '@tenfold/due';
import { type Logger, traceIdOf } from '@tenfold/observability';
import type { Database } from '@tenfold/postgres';
import type { Delivery, Mailer } from './mailer.ts';
import { claimDueMessages, type DueMessage, postponeMessage } from './message-store.ts';
import { recordDeliveries, sendMessage } from './send-message.ts';

export interface TimerOptions {
  database: Database;
  mailer: Mailer;
  log: Logger;
}

/** What this service does when its time has come. */
export function createSendTimer({ database, mailer, log }: TimerOptions): DueWorker {
  const send = sendMessage(mailer);
  return createDueWorker<DueMessage, Delivery>({
    name: 'send message',
    database,
    log,
    claim: claimDueMessages,
    async perform(message) {
      const delivery = await send(message);
      if (delivery.status === 'refused')
        log.warn({ id: message.id, code: delivery.code, traceId: traceIdOf(message) }, 'recipient refused');
      return delivery;
    },
    record: recordDeliveries,
    postpone: postponeMessage,
    onCommit: () => {},
  });
}
