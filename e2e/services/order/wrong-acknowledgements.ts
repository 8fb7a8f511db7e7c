import { only, remove, type WrongHistory } from '../../invariants/histories.ts';

/** Histories in which the answer to a client was not kept. */
export const wrongAcknowledgements: WrongHistory[] = [
  [
    'answers',
    'a cancellation by another customer that is answered',
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
    /rejected-1 does not have the lines/,
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
    'an order that was refused and exists',
    ({ calls }) => {
      const key = 'key of rejected-1';
      calls.push({ ...only(calls, { key }), outcome: 'failed', status: 422 });
      for (const outcome of ['unknown', 'ok'] as const) remove(calls, { key, outcome });
    },
    /rejected-1 was refused/,
  ],
  [
    '1',
    'an order that no client requested',
    ({ calls }) => remove(calls, { key: 'key of confirmed-1' }),
    /confirmed-1 was never requested/,
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
    ({ orders }) => orders.push({ ...only(orders, { id: 'confirmed-1' }), id: 'duplicate-1' }),
    /confirmed-1, duplicate-1/,
  ],
  [
    '2',
    'one order for two keys',
    ({ calls }) => calls.push({ ...only(calls, { key: 'key of confirmed-1' }), key: 'another' }),
    /confirmed-1 was the answer to .* another/,
  ],
];
