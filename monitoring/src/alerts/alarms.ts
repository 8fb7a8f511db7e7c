import { domain } from '../domain/domain.ts';
import { limits } from '../objectives.ts';
import { own } from '../own.ts';
import type { Alarm, Alert } from './alert.ts';
import { growth, now } from './expressions.ts';

/** The alarms of the packages, which any service may raise. */
const alarmsOfPackages: Alarm[] = [
  {
    code: 'dead-letter-created',
    summary: 'An event could not be processed ({{ $labels.job }})',
    meaning: 'what the event is about stops in {{ $labels.job }}, and its later events wait.',
    lasts: {
      while: (times) => `max by (job) (${now(`${own}_dead_letters`, times)}) > 0`,
      value: 'open dead letters',
    },
  },
  {
    code: 'event-unpublishable',
    summary: 'Kafka refuses an event ({{ $labels.job }})',
    meaning:
      'the event and the later ones of its key are parked in the outbox of {{ $labels.job }}: what they are about stops.',
    lasts: {
      while: (times) => `max by (job) (${now(`${own}_outbox_parked`, times)}) > 0`,
      value: 'parked rows',
    },
  },
  {
    code: 'outbox-delayed',
    summary: 'Events wait to be published ({{ $labels.job }})',
    meaning:
      'an event has waited in the outbox of {{ $labels.job }} for more than a minute. Its consumers do not advance.',
    lasts: {
      while: (times) =>
        `max by (job) (${now(`${own}_outbox_age_seconds`, times)}) > ${limits.outboxAgeSeconds}`,
      value: 'seconds that the oldest event has waited',
    },
  },
  {
    code: 'worker-stalled',
    summary: 'A worker makes no progress ({{ $labels.job }})',
    meaning:
      'a background part of {{ $labels.job }} fails again and again, or hangs. Its log names the worker.',
  },
  {
    code: 'job-keeps-failing',
    summary: 'A job has failed many times ({{ $labels.job }})',
    meaning:
      'a due row of {{ $labels.job }} has been tried ten times or more. Its log names the job and the last error.',
  },
  {
    code: 'unconsumed-events-deleted',
    summary: 'Events were deleted before they were consumed ({{ $labels.job }})',
    meaning: 'these events had no effect in {{ $labels.job }}, and are lost: its data may be wrong.',
  },
];

/** A rule for each code. What a person must look at may wait for the next working day: a ticket. */
export const alarms: Alert[] = [...alarmsOfPackages, ...domain.alarms].map(
  ({ code, summary, meaning, lasts }) => ({
    name: code,
    severity: 'ticket',
    expr: (times) => {
      const raised = `sum by (job) (${growth(`${own}_alarms_total{alarm="${code}"}`, '10m', times)}) > 0`;
      return lasts ? `${lasts.while(times)}\nor ${raised}` : raised;
    },
    summary,
    description: lasts
      ? `{{ $value | humanize }} ${lasts.value} (or alarms in 10 minutes, where that is over): ${meaning}`
      : `{{ $value | humanize }} alarms in 10 minutes: ${meaning}`,
  }),
);
