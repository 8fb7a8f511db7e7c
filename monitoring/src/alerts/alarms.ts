import { limits } from '../objectives.ts';
import { own } from '../own.ts';
import type { Alert } from './alert.ts';
import { growth, now } from './expressions.ts';
import type { Timing } from './timing.ts';

/** An alarm of the log, by which a service asks an operator to look at something. */
interface Alarm {
  code: string;
  summary: string;
  /** What it means, after "… alarms in 10 minutes: ". */
  meaning: string;
  /** Where a gauge knows whether the reason still lasts: the query, and what its value counts. */
  lasts?: { while: (times: Timing) => string; value: string };
}

const alarmsOfLog: Alarm[] = [
  {
    code: 'dead-letter-created',
    summary: 'An event could not be processed ({{ $labels.job }})',
    meaning:
      'the order or product that the event is about stops in {{ $labels.job }}, and its later events wait.',
    lasts: {
      while: (times) => `max by (job) (${now(`${own}_dead_letters`, times)}) > 0`,
      value: 'open dead letters',
    },
  },
  {
    code: 'event-unpublishable',
    summary: 'Kafka refuses an event ({{ $labels.job }})',
    meaning:
      'the event and the later ones of its key are parked in the outbox of {{ $labels.job }}, so that order stops.',
    lasts: {
      while: (times) => `max by (job) (${now(`${own}_outbox_parked`, times)}) > 0`,
      value: 'parked rows',
    },
  },
  {
    code: 'outbox-delayed',
    summary: 'Events wait to be published ({{ $labels.job }})',
    meaning:
      'an event has waited in the outbox of {{ $labels.job }} for more than a minute. Orders do not advance.',
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
      'a capture, a refund, an e-mail or a deadline of {{ $labels.job }} has been tried ten times or more.',
  },
  {
    code: 'order-event-impossible',
    summary: 'Two services disagree about an order',
    meaning:
      '{{ $labels.job }} received an event that the saga rules out. Money or stock may be without an owner.',
  },
  {
    code: 'reservation-overdue',
    summary: 'Stock is held for an order that is overdue',
    meaning: '{{ $labels.job }} holds goods, which cannot be sold, for an order whose deadline is long past.',
  },
  {
    code: 'provider-response-mismatch',
    summary: 'The payment provider answered something else',
    meaning:
      'a reply of the provider is about another order, amount or currency. Nobody knows what it has booked.',
  },
  {
    code: 'provider-call-refused',
    summary: 'The payment provider refuses calls',
    meaning:
      'the provider understood a call of {{ $labels.job }} and refused it. A refused refund leaves a customer without money.',
  },
  {
    code: 'unconsumed-events-deleted',
    summary: 'Events were deleted before they were consumed ({{ $labels.job }})',
    meaning: 'these events had no effect in {{ $labels.job }}, and are lost: money or stock may be wrong.',
  },
];

/** A rule for each code. What a person must look at may wait for the next working day: a ticket. */
export const alarms: Alert[] = alarmsOfLog.map(({ code, summary, meaning, lasts }) => ({
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
}));
