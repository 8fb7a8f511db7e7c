import { eventOf } from './right-history.ts';
import { only, remove, type Wrong } from './wrong.ts';

/** Histories in which a call was not kept, or an order went astray. */
export const WRONG_ORDERS: Wrong[] = [
  ['alarms', 'an alarm', ({ alarms }) => alarms.push('The order is unknown.'), /unknown/],
  ['rest', 'what is still on its way', (is) => is.unsettled.push('Order x is reserved.'), /reserved/],
  ['answers', 'an error of ours', ({ calls }) => Object.assign(calls[2] ?? {}, { status: 500 }), /500/],
  [
    'answers',
    "a stranger's cancellation that is answered",
    ({ calls }) => Object.assign(only(calls, { path: '/v1/orders/cancelled-1/cancel' }), { who: 'bob' }),
    /cancelled-1.* customer bob.* ann/,
  ],
  [
    '1',
    'an order that is lost',
    ({ orders }) => remove(orders, { id: 'confirmed-1' }),
    /confirmed-1 .* lost/,
  ],
  [
    '1',
    'an unknown call that left half an order',
    ({ calls, orders }) => {
      remove(calls, { key: 'key of rejected-1', outcome: 'ok' });
      Object.assign(only(orders, { id: 'rejected-1' }), { lines: [] });
    },
    /rejected-1 has not the lines/,
  ],
  [
    '1',
    'a repeat that is answered with another order',
    ({ calls }) =>
      calls.push({ ...only(calls, { key: 'key of rejected-1', outcome: 'ok' }), answer: { id: 'other' } }),
    /repeat of order rejected-1 .* other/,
  ],
  [
    '1',
    'an order that was refused and is there',
    ({ calls }) =>
      calls.splice(5, 2, { ...only(calls, { key: 'key of rejected-1' }), outcome: 'failed', status: 422 }),
    /rejected-1 was refused/,
  ],
  [
    '1',
    'an order that nobody asked for',
    ({ calls }) => calls.splice(2, 1),
    /confirmed-1 was never asked for/,
  ],
  [
    '1',
    'a cancellation that was acknowledged and lost',
    ({ orders }) => Object.assign(only(orders, { id: 'cancelled-1' }), { status: 'confirmed' }),
    /cancelled-1 was cancelled .* confirmed/,
  ],
  [
    '1',
    'an order that was deleted and is shown',
    ({ calls }) =>
      calls.push({ ...only(calls, { who: 'ann' }), method: 'DELETE', path: '/v1/orders/confirmed-1' }),
    /confirmed-1 was deleted/,
  ],
  [
    '2',
    'two orders for one key',
    ({ orders }) => orders.push({ ...only(orders, { id: 'confirmed-1' }), id: 'twin-1' }),
    /confirmed-1, twin-1/,
  ],
  [
    '2',
    'one order for two keys',
    ({ calls }) => calls.push({ ...only(calls, { key: 'key of confirmed-1' }), key: 'another' }),
    /confirmed-1 was the answer to .* another/,
  ],
  [
    '3',
    'an order that does not end',
    ({ orders }) => Object.assign(only(orders, { id: 'confirmed-1' }), { status: 'reserved' }),
    /confirmed-1 has not ended/,
  ],
  [
    '3',
    'a step that is missing',
    ({ orders }) => orders[0]?.history.splice(1, 1),
    /confirmed-1 has the versions 1, 3/,
  ],
  [
    '3',
    'a way that there is not',
    ({ orders }) => Object.assign(orders[0]?.history[1] ?? {}, { status: 'placed' }),
    /confirmed-1 went a way/,
  ],
  [
    '3',
    'an end after the end',
    ({ orders }) => {
      const order = only(orders, { id: 'confirmed-1' });
      order.history.push({ version: 4, status: 'cancelled' });
      Object.assign(order, { status: 'cancelled', version: 4, reason: 'deadline' });
    },
    /confirmed-1 went a way .* confirmed cancelled/,
  ],
  [
    '3',
    'two ends on the topic',
    ({ events }) => events.push(eventOf('order.cancelled', 'confirmed-1', 3)),
    /confirmed-1/,
  ],
  [
    '3',
    'the same end under two ids',
    ({ events }) => events.push({ ...eventOf('order.confirmed', 'confirmed-1', 3), id: 'another' }),
    /2 ends of order confirmed-1/,
  ],
  [
    '3',
    'steps that are said in another order',
    ({ events }) => {
      const [placed, reserved] = ['order.placed of confirmed-1', 'order.reserved of confirmed-1'];
      Object.assign(only(events, { id: placed }), { id: 'moved' });
      events.push({
        ...only(events, { id: reserved }),
        id: placed,
        type: 'order.placed',
        data: { version: 1 },
      });
    },
    /confirmed-1 in another order/,
  ],
  [
    '3',
    'an end that a client was shown, and that is another now',
    ({ calls }) =>
      calls.push({ ...only(calls, { who: 'ann' }), answer: { id: 'confirmed-1', status: 'cancelled' } }),
    /confirmed-1 was shown as cancelled/,
  ],
];
