import { createJobWorker, type JobWorker } from '@repo/jobs';
import { type Logger, traceIdOf } from '@repo/observability';
import type { Database } from '@repo/postgres';
import { CONNECTIONS, type Delivery, type Mailer, SEND_LIMIT_MS } from './mailer.ts';
import { claimDueMessages, type DueMessage, LEASE_MS, postponeMessage } from './message-store.ts';
import { recordDeliveries, sendMessage } from './send-message.ts';

export interface TimerOptions {
  database: Database;
  mailer: Mailer;
  log: Logger;
}

/** What this service does when its time has come. */
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
        log.warn({ id: message.id, code: delivery.code, traceId: traceIdOf(message) }, 'recipient refused');
      return delivery;
    },
    record: recordDeliveries,
    postpone: postponeMessage,
    onCommit: () => {},
    // One that is claimed and waits for a connection spends its lease on that.
    concurrency: CONNECTIONS,
    callLimitMs: SEND_LIMIT_MS,
    leaseMs: LEASE_MS,
  });
}
