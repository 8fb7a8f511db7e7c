import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAlarming, owesRefund, type Payment, refund, request, settle } from './payment.ts';

const AT = new Date('2026-01-02T03:04:05.678Z');
const LATER = new Date('2026-01-02T03:05:00.000Z');
const DEADLINE = new Date('2026-01-02T03:19:05.678Z');
const ASKED = {
  orderId: 'o',
  customerId: 'c',
  totalCents: 1_950,
  currency: 'EUR',
  paymentToken: 'tok_ok',
  deadlineAt: DEADLINE,
};
const pending: Payment = { ...request(ASKED, 'p'), createdAt: AT };

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
    deadlineAt: DEADLINE,
    askedAt: null,
    cancelledAt: null,
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

test('a payment that has been settled stays as it is, whatever the provider answers later', () => {
  const declined = settle(pending, { status: 'declined' }, LATER);

  assert.equal(settle(declined, { status: 'captured', captureId: 'capture-1' }, LATER), declined);
});

test('what is captured is owed back once its order is cancelled, and only then', () => {
  const captured = settle(pending, { status: 'captured', captureId: 'capture-1' }, AT);

  assert.equal(owesRefund(captured), false);
  assert.equal(owesRefund({ ...captured, cancelledAt: LATER }), true);
  assert.equal(owesRefund({ ...pending, cancelledAt: LATER }), false);
});

test('what is paid back is paid back whole, and once', () => {
  const captured = settle(pending, { status: 'captured', captureId: 'capture-1' }, AT);
  const refunded = refund({ ...captured, cancelledAt: LATER }, LATER);

  assert.deepEqual([refunded.status, refunded.version, refunded.refundedCents], ['refunded', 3, 1_950]);
  assert.equal(refund(refunded, LATER), refunded);
  assert.equal(owesRefund(refunded), false);
  assert.equal(refund(pending, LATER), pending);
});

test('an alarm is due for the first refusal and for each tenth', () => {
  const alarming = Array.from({ length: 35 }, (_, index) => index + 1).filter(isAlarming);

  assert.deepEqual(alarming, [1, 10, 20, 30]);
});
