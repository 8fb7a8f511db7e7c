import type { Edit } from './edit.ts';

/** Shortens timeouts that are long in production, so that a run need not wait for them. Their order stays. */
export const SHORTER_TIMEOUTS: Edit[] = [
  {
    file: 'services/order/src/deadline-store.ts',
    find: `now() + interval '30 seconds'`,
    replace: `now() + interval '6 seconds'`,
  },
  {
    // Two calls to the provider, each within its timeout below, must end within the lease.
    file: 'services/payment/src/due-payment-store.ts',
    find: 'const LEASE_MS = 30_000;',
    replace: 'const LEASE_MS = 9_000;',
  },
  {
    file: 'services/notification/src/message-store.ts',
    find: 'const LEASE_MS = 30_000;',
    replace: 'const LEASE_MS = 6_000;',
  },
  {
    // An e-mail must be sent within its lease.
    file: 'services/notification/src/mailer.ts',
    find: 'const SEND_LIMIT_MS = 20_000;',
    replace: 'const SEND_LIMIT_MS = 4_000;',
  },
  {
    file: 'packages/events/src/kafka/kafkajs-consumer.ts',
    find: 'sessionTimeout: 6_000',
    replace: 'sessionTimeout: 3_000',
  },
  {
    file: 'packages/polling/src/progress-watch.ts',
    find: 'export const STALLED_AFTER_MS = 30_000;',
    replace: 'export const STALLED_AFTER_MS = 6_000;',
  },
  {
    file: 'services/payment/src/app.ts',
    find: 'const PROVIDER_TIMEOUT_MS = 10_000;',
    replace: 'const PROVIDER_TIMEOUT_MS = 4_000;',
  },
];
