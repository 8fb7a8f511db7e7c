import { createDueWorker, type DueOptions, type DueWorker, type Room } from '@tenfold/due';
import type { Logger } from '@tenfold/observability';
import type { Database } from '@tenfold/postgres';
import { capturePayment, recordCaptures } from './capture-payment.ts';
import type { CaptureAnswer } from './payment.ts';
import type { PaymentProvider } from './payment-provider.ts';
import { claimDuePayments, type DuePayment, postponePayment } from './payment-store.ts';
import { wasNotSent } from './provider-client.ts';
import { recordRefunds, refundPayment } from './refund-payment.ts';

export interface TimerOptions {
  database: Database;
  provider: PaymentProvider;
  log: Logger;
  onCommit: () => void;
}

/** What this service does when its time has come. */
export function createTimers(options: TimerOptions): { captures: DueWorker; refunds: DueWorker } {
  const { database, provider, log } = options;
  const refunds = createDueWorker<DuePayment, void>({
    name: 'refund payment',
    claim: whileWell(provider, 'captured'),
    perform: refundPayment(provider),
    record: recordRefunds,
    postpone,
    database,
    log,
    onCommit: options.onCommit,
  });
  const captures = createDueWorker<DuePayment, CaptureAnswer>({
    name: 'capture payment',
    claim: whileWell(provider, 'pending'),
    perform: capturePayment(provider),
    record: recordCaptures,
    postpone,
    database,
    log,
    onCommit: () => {
      options.onCommit();
      // What was captured may have been cancelled meanwhile.
      refunds.wake();
    },
  });
  return { captures, refunds };
}

/** While the provider is left alone, payments wait where they are. */
function whileWell(provider: PaymentProvider, status: 'pending' | 'captured') {
  return async (database: Database, room: Room) => {
    const limit = Math.min(room.limit, provider.room());
    return limit > 0 ? claimDuePayments(database, { ...room, limit, status }) : [];
  };
}

const postpone: DueOptions<DuePayment, unknown>['postpone'] = (database, payment, delayMs, error) =>
  postponePayment(database, payment, { delayMs, wasSent: !wasNotSent(error) });
