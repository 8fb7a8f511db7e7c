import type { Edit } from './edit.ts';

/** Makes limits shorter that are long in production, so that a run need not wait for them; in what order they end stays. */
const lease = (file: string): Edit => ({
  file,
  find: `now() + interval '30 seconds'`,
  replace: `now() + interval '6 seconds'`,
});

export const QUICKER: Edit[] = [
  lease('services/order/src/deadline-store.ts'),
  {
    // Two calls to the provider, each within its limit below, must end within it.
    file: 'services/payment/src/payment-store.ts',
    find: 'const LEASE_MS = 30_000;',
    replace: 'const LEASE_MS = 9_000;',
  },
  lease('services/notification/src/message-store.ts'),
  {
    file: 'packages/events/src/kafkajs-consumer.ts',
    find: 'sessionTimeout: 6_000',
    replace: 'sessionTimeout: 3_000',
  },
  {
    file: 'packages/events/src/progress.ts',
    find: 'export const STALLED_AFTER_MS = 30_000;',
    replace: 'export const STALLED_AFTER_MS = 6_000;',
  },
  {
    file: 'services/payment/src/app.ts',
    find: 'const PROVIDER_TIMEOUT_MS = 10_000;',
    replace: 'const PROVIDER_TIMEOUT_MS = 4_000;',
  },
];
