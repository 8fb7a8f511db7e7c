import { falsifyPayment } from './books.ts';
import type { Drill } from './drill.ts';
import { disturb, killRepeatedly, publishPoison, stopProcess } from './faults.ts';
import { causeDeadlock, holdLock, holdPayments, takeLeadership } from './locks.ts';
import { cutCollector, refuseTelemetry } from './pipeline-faults.ts';

/** The times of the rules are divided by this: five minutes are ten seconds, an hour is two minutes. */
export const SPEED = 30;

/** The rule of an objective whose budget would be used up within two days. */
const fast = { window: '1h' };

/** A load that needs what is missing, so the alert is there after its window, its waiting time, and some seconds. */
export const DRILLS: Drill[] = [
  {
    fault: 'Redis is stopped',
    raises: [{ alert: 'cache-unavailable', service: 'inventory', firesWithinS: 40, endsWithinS: 40 }],
    cause: (site) => stopProcess(site, 'redis'),
  },
  {
    fault: 'a payment is changed by hand, and npm run reconcile runs',
    raises: [{ alert: 'reconciliation-differences', service: 'payment', firesWithinS: 30, endsWithinS: 60 }],
    cause: falsifyPayment,
  },
  {
    fault: 'the network to Postgres is slow',
    raises: [{ alert: 'posts-slow', service: 'order', labels: fast, firesWithinS: 75, endsWithinS: 60 }],
    cause: (site) => disturb(site, 'postgres', { delayMs: 120 }),
  },
  {
    fault: 'two transactions lock each other out',
    raises: [{ alert: 'deadlocks', service: 'payment', firesWithinS: 60, endsWithinS: 90 }],
    cause: ({ databases }) => causeDeadlock(databases.payment),
  },
  {
    fault: 'a forgotten transaction holds the table of orders',
    raises: [{ alert: 'pool-exhausted', service: 'order', firesWithinS: 60, endsWithinS: 60 }],
    cause: ({ databases }) => holdLock(databases.order, 'lock table orders in access exclusive mode'),
  },
  {
    fault: 'a stranger holds the lock of the relay',
    raises: [{ alert: 'relay-without-leader', service: 'payment', firesWithinS: 40, endsWithinS: 40 }],
    cause: ({ databases }) => takeLeadership(databases.payment, 'payment'),
  },
  {
    fault: 'a record that nobody can read',
    raises: [{ alert: 'dead-letter-created', service: 'notification', firesWithinS: 30, endsWithinS: 60 }],
    cause: publishPoison,
  },
  {
    fault: 'Postgres is stopped',
    raises: [{ alert: 'requests-fail', service: 'order', labels: fast, firesWithinS: 60, endsWithinS: 60 }],
    cause: (site) => stopProcess(site, 'postgres'),
  },
  {
    fault: 'inventory is stopped',
    raises: [
      { alert: 'service-silent', service: 'inventory', firesWithinS: 40, endsWithinS: 30 },
      { alert: 'orders-do-not-end', service: 'order', firesWithinS: 60, endsWithinS: 40 },
    ],
    followedBy: [{ alert: 'orders-late', service: 'order', labels: fast, firesWithinS: 30, endsWithinS: 90 }],
    cause: (site) => stopProcess(site, 'inventory'),
  },
  {
    fault: 'the payment provider is stopped, and customers rush in',
    raises: [
      { alert: 'breaker-open', service: 'payment', firesWithinS: 45, endsWithinS: 60 },
      { alert: 'requests-refused', service: 'order', firesWithinS: 75, endsWithinS: 120 },
    ],
    cause: async (site) => {
      const heal = await stopProcess(site, 'payment-provider');
      await site.shoppers.rush(200);
      return heal;
    },
  },
  {
    fault: 'a forgotten transaction holds the table of payments, while captures are due again',
    // The alarm is repeated once a minute, and counts for twenty seconds here: it may be over before the fault is.
    raises: [
      { alert: 'worker-stalled', service: 'payment', firesWithinS: 75, endsWithinS: 90 },
      { alert: 'consumer-lagging', service: 'payment', firesWithinS: 90, endsWithinS: 60 },
      { alert: 'jobs-overdue', service: 'payment', firesWithinS: 150, endsWithinS: 60 },
    ],
    cause: holdPayments,
  },
  {
    fault: 'Kafka is stopped',
    raises: [
      { alert: 'outbox-delayed', service: 'order', firesWithinS: 90, endsWithinS: 90 },
      { alert: 'events-late', service: 'order', labels: fast, firesWithinS: 90, endsWithinS: 90 },
    ],
    cause: (site) => stopProcess(site, 'kafka'),
  },
  {
    fault: 'notification is killed soon after each start',
    raises: [{ alert: 'service-restarts', service: 'notification', firesWithinS: 90, endsWithinS: 90 }],
    cause: (site) => killRepeatedly(site, 'notification', 3),
  },
  {
    fault: 'the collector cannot be reached',
    raises: [
      { alert: 'service-silent', service: 'order', firesWithinS: 40, endsWithinS: 30 },
      { alert: 'pipeline-program-gone', service: 'collector', firesWithinS: 40, endsWithinS: 30 },
    ],
    followedBy: [{ alert: 'telemetry-dropped', service: 'order', firesWithinS: 60, endsWithinS: 90 }],
    cause: cutCollector,
  },
  {
    fault: 'the stores of traces and logs refuse what the collector delivers',
    raises: [{ alert: 'pipeline-drops', service: 'collector', firesWithinS: 60, endsWithinS: 90 }],
    cause: refuseTelemetry,
  },
];
