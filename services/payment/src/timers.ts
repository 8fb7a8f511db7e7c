import { createDueWorker, type DueWorker } from '@tenfold/due';
import type { Logger } from '@tenfold/observability';
import type { Database } from '@tenfold/postgres';
import { capturePayment, recordCaptures } from './capture-payment.ts';
import type { CaptureAnswer } from './payment.ts';
import type { PaymentProvider } from './payment-provider.ts';
import { claimDuePayments, type DuePayment, postponePayment } from './payment-store.ts';

export interface TimerOptions {
  database: Database;
  provider: PaymentProvider;
  log: Logger;
  onCommit: () => void;
}

/** What this service does when its time has come. */
export function createCaptureTimer({ database, provider, log, onCommit }: TimerOptions): DueWorker {
  return createDueWorker<DuePayment, CaptureAnswer>({
    name: 'capture payment',
    database,
    log,
    claim: claimDuePayments,
    perform: capturePayment(provider),
    record: recordCaptures,
    postpone: postponePayment,
    onCommit,
  });
}
