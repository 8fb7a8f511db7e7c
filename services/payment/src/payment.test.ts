import assert from 'node:assert/strict';
import { test } from 'node:test';
import { request, settle } from './payment.ts';

const AT = new Date('2026-01-02T03:04:05.678Z');
const LATER = new Date('2026-01-02T03:05:00.000Z');
const ASKED = { orderId: 'o', customerId: 'c', totalCents: 1_950, currency: 'EUR', paymentToken: 'tok_ok' };
const pending = request(ASKED, { id: 'p', at: AT });

test('a payment that is asked for is pending, over the total of its order', () => {
  assert.deepEqual(pending, {
    id: 'p',
    orderId: 'o',
    customerId: 'c',
    status: 'pending',
    version: 1,
    amountCents: 1_950,
    refundedCents: 0,
    currency: 'EUR',
    paymentToken: 'tok_ok',
    captureId: null,
    createdAt: AT,
    settledAt: null,
  });
});

test('a payment that is captured knows by which capture, and forgets the token', () => {
  const settled = settle(pending, { status: 'captured', captureId: 'capture-1' }, LATER);

  assert.deepEqual(settled, {
    ...pending,
    status: 'captured',
    version: 2,
    captureId: 'capture-1',
    paymentToken: null,
    settledAt: LATER,
  });
});

test('a payment that is declined has no capture, and forgets the token too', () => {
  const settled = settle(pending, { status: 'declined' }, LATER);

  assert.deepEqual(settled, {
    ...pending,
    status: 'declined',
    version: 2,
    paymentToken: null,
    settledAt: LATER,
  });
});
