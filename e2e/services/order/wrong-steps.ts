import { eventOf, only, type WrongHistory } from '../../invariants/histories.ts';

/** Histories in which an order did not follow the saga. */
export const wrongSteps: WrongHistory[] = [
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
    'a path that the saga does not have',
    ({ orders }) => Object.assign(orders[0]?.history[1] ?? {}, { status: 'placed' }),
    /confirmed-1 took a path/,
  ],
  [
    '3',
    'an end after the end',
    ({ orders }) => {
      const order = only(orders, { id: 'confirmed-1' });
      order.history.push({ version: 4, status: 'cancelled' });
      Object.assign(order, { status: 'cancelled', version: 4, reason: 'deadline' });
    },
    /confirmed-1 took a path .* confirmed cancelled/,
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
    'steps that are published in another order',
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
    /steps of order confirmed-1 in another order/,
  ],
  [
    '3',
    'an end that was shown to a client and is another now',
    ({ calls }) =>
      calls.push({ ...only(calls, { who: 'ann' }), answer: { id: 'confirmed-1', status: 'cancelled' } }),
    /confirmed-1 was shown as cancelled/,
  ],
];
