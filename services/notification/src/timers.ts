import { createJobWorker, type JobWorker } from '@repo/jobs';
import { type Logger, traceFieldsOf } from '@repo/observability';
import type { Database } from '@repo/postgres';
import { CONNECTIONS, type Delivery, type Mailer, SEND_LIMIT_MS } from './mailer.ts';
import {
  claimDueMessages,
  type DueMessage,
  LEASE_MS,
  postponeMessage,
  readMessageBacklog,
} from './message-store.ts';
import { recordDeliveries, sendMessage } from './send-message.ts';

export interface TimerOptions {
  database: Database;
  mailer: Mailer;
  log: Logger;
}

/** Sends due messages. */
export function createSendTimer({ database, mailer, log }: TimerOptions): JobWorker {
  const send = sendMessage(mailer);
  return createJobWorker<DueMessage, Delivery>({
    name: 'send message',
    database,
    log,
    claim: claimDueMessages,
    async perform(message) {
      const delivery = await send(message);
      if (delivery.status === 'refused')
        log.info({ ...traceFieldsOf(message), id: message.id, code: delivery.code }, 'recipient refused');
      return delivery;
    },
    record: recordDeliveries,
    postpone: postponeMessage,
    readBacklog: readMessageBacklog,
    onCommit: () => {},
    // A claimed message that waited for a connection would use up its lease.
    concurrency: CONNECTIONS,
    callLimitMs: SEND_LIMIT_MS,
    leaseMs: LEASE_MS,
  });
}
