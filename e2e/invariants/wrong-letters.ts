import { only, type Wrong } from './wrong.ts';

const poison = { service: 'payment', key: 'confirmed-1', topic: 'order.events', partition: 0, offset: -1 };

/** Histories in which a message took effect twice, or a dead letter was none, or too many, or said too much. */
export const WRONG_LETTERS: Wrong[] = [
  [
    '8',
    'a message that takes effect twice',
    ({ effects }) => effects.push(only(effects, { service: 'inventory' })),
    /2 effects of the message order.placed of confirmed-1 in inventory/,
  ],
  [
    '11',
    'a dead letter that nobody has sent',
    ({ deadLetters }) => deadLetters.push({ service: 'payment', kind: 'failed', key: 'confirmed-1' }),
    /payment has a dead letter \(failed\) about confirmed-1/,
  ],
  [
    '11',
    'a dead letter that was discarded and is still there',
    ({ deadLetters, poisons }) => {
      deadLetters.push({ service: 'payment', kind: 'malformed', key: 'confirmed-1' });
      poisons.push({ ...poison, discardedAt: '2026-01-01T00:00:05.000Z' });
    },
    /payment has a dead letter \(malformed\) about confirmed-1/,
  ],
  [
    '11',
    'an event that overtakes the dead letter before it',
    ({ effects, poisons }) => {
      const messageId = 'order.reserved of confirmed-1';
      effects.push({ service: 'payment', messageId, at: '2026-01-01T00:00:04.000Z' });
      poisons.push({ ...poison, discardedAt: '2026-01-01T00:00:05.000Z' });
    },
    /order.reserved .* took effect in payment while confirmed-1 had a dead letter/,
  ],
  [
    '12',
    'a secret in a log',
    ({ leaks }) => leaks.push('order.log holds the card number.'),
    /order.log holds the card number/,
  ],
];
