import { callOf, eventOf, type Histories } from './histories.ts';

const KEY = 'confirmed-1';
const at = (second: number) => `2026-01-01T00:00:0${second}.000Z`;
const poison = { service: 'payment', key: KEY, topic: 'order.events', partition: 0, offset: -1 };
const effect = { service: 'payment', messageId: `order.reserved of ${KEY}` };

/** Histories that break the invariants of any system. */
export const generalHistories: Histories = {
  correct: () => ({
    ...{ calls: [], outboxes: {}, events: [], alarms: [], unsettled: [] },
    ...{ deadLetters: [], poisons: [], leaks: [] },
    effects: [{ service: 'inventory', messageId: `order.placed of ${KEY}`, at: at(0) }],
  }),
  wrong: [
    ['alarms', 'an alarm', ({ alarms }) => alarms.push('The order is unknown.'), /unknown/],
    ['rest', 'work that is left', ({ unsettled }) => unsettled.push('Order x is reserved.'), /reserved/],
    [
      'answers',
      'an internal error',
      ({ calls }) => calls.push({ ...callOf('ann', 'GET', '/v1/things', { at: 90 }), status: 500 }),
      /GET \/v1\/things was answered 500/,
    ],
    [
      '7',
      'an event that is not published',
      ({ outboxes }) => Object.assign(outboxes, { payment: 1 }),
      /outbox of payment/,
    ],
    [
      '8',
      'a message that takes effect twice',
      ({ effects }) => effects.push({ service: 'inventory', messageId: `order.placed of ${KEY}`, at: at(1) }),
      /2 effects of the message order.placed of confirmed-1 in inventory/,
    ],
    [
      '8',
      'one id for two events',
      ({ events }) =>
        events.push(eventOf('a.b', 'one', 1), { ...eventOf('a.c', 'two', 1), id: 'a.b of one' }),
      /a.b of one is the id of different events of one, two/,
    ],
    [
      '11',
      'a dead letter that no fault explains',
      ({ deadLetters }) => deadLetters.push({ service: 'payment', kind: 'failed', key: KEY }),
      /payment has a dead letter \(failed\) of confirmed-1/,
    ],
    [
      '11',
      'a dead letter that was discarded and still exists',
      ({ deadLetters, poisons }) => {
        deadLetters.push({ service: 'payment', kind: 'malformed', key: KEY });
        poisons.push({ ...poison, discardedAt: at(5) });
      },
      /payment has a dead letter \(malformed\) of confirmed-1/,
    ],
    [
      '11',
      'an event that overtakes the dead letter ahead of it',
      ({ events, effects, poisons }) => {
        events.push(eventOf('order.reserved', KEY, 2));
        effects.push({ ...effect, at: at(4) });
        poisons.push({ ...poison, discardedAt: at(5) });
      },
      /order.reserved .* took effect in payment while confirmed-1 had a dead letter/,
    ],
    [
      '12',
      'a secret in a log',
      ({ leaks }) => leaks.push('order.log holds the card number.'),
      /order.log holds the card number/,
    ],
  ],
};
