import type { Alarm } from '../alerts/alert.ts';

export const alarms: Alarm[] = [
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
];
