import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Askable,
  afterRefusal,
  type Call,
  isAlarming,
  nextCall,
  owesRefund,
  type Payment,
  type RefusedCall,
  refund,
  request,
  settle,
} from './payment.ts';

const AT = new Date('2026-01-02T03:04:05.678Z');
const LATER = new Date('2026-01-02T03:05:00.000Z');
const DEADLINE = new Date('2026-01-02T03:19:05.678Z');
const ORDER = {
  orderId: 'o',
  customerId: 'c',
  totalCents: 1_950,
  currency: 'EUR',
  paymentToken: 'tok_ok',
  deadlineAt: DEADLINE,
};
const pending: Payment = { ...request(ORDER, 'p'), createdAt: AT };

test('a requested payment is pending, over the total of its order', () => {
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

test('a captured payment stores its capture, and drops the token', () => {
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

test('a declined payment has no capture, and drops the token too', () => {
  const settled = settle(pending, { status: 'declined' }, LATER);

  assert.deepEqual(settled, {
    ...pending,
    status: 'declined',
    version: 2,
    paymentToken: null,
    settledAt: LATER,
  });
});

test('a settled payment does not change, whatever the provider responds later', () => {
  const declined = settle(pending, { status: 'declined' }, LATER);

  assert.equal(settle(declined, { status: 'captured', captureId: 'capture-1' }, LATER), declined);
});

test('a captured payment is due to be refunded once its order is cancelled, and only then', () => {
  const captured = settle(pending, { status: 'captured', captureId: 'capture-1' }, AT);

  assert.equal(owesRefund(captured), false);
  assert.equal(owesRefund({ ...captured, cancelledAt: LATER }), true);
  assert.equal(owesRefund({ ...pending, cancelledAt: LATER }), false);
});

test('a refund is of the whole amount, and happens once', () => {
  const captured = settle(pending, { status: 'captured', captureId: 'capture-1' }, AT);
  const refunded = refund({ ...captured, cancelledAt: LATER }, LATER);

  assert.deepEqual([refunded.status, refunded.version, refunded.refundedCents], ['refunded', 3, 1_950]);
  assert.equal(refund(refunded, LATER), refunded);
  assert.equal(owesRefund(refunded), false);
  assert.equal(refund(pending, LATER), pending);
});

const NEVER_ASKED = { askedAt: null, keyExpiresAt: null };
const KEY_VALID = { askedAt: AT, keyExpiresAt: DEADLINE };
const KEY_EXPIRED = { askedAt: AT, keyExpiresAt: LATER };
const [cancelledAt, deadlineAt] = [AT, DEADLINE];

// Every combination of a status, an earlier call, a cancellation and a deadline.
const CALLS: [string, Partial<Askable>, Call][] = [
  ['pending, not asked for', { ...NEVER_ASKED, deadlineAt }, 'capture'],
  ['pending, not asked for, without a deadline', { ...NEVER_ASKED, deadlineAt: null }, 'capture'],
  ['pending, not asked for, at its deadline', { ...NEVER_ASKED, deadlineAt: LATER }, 'none'],
  ['pending, not asked for, past its deadline', { ...NEVER_ASKED, deadlineAt: AT }, 'none'],
  ['pending, not asked for, cancelled', { ...NEVER_ASKED, deadlineAt, cancelledAt }, 'none'],
  ['pending, not asked for, cancelled, past it', { ...NEVER_ASKED, deadlineAt: AT, cancelledAt }, 'none'],
  ['pending, asked for', { ...KEY_VALID, deadlineAt }, 'capture'],
  ['pending, asked for, past its deadline', { ...KEY_VALID, deadlineAt: AT }, 'capture'],
  ['pending, asked for, cancelled', { ...KEY_VALID, deadlineAt, cancelledAt }, 'capture'],
  ['pending, asked for, cancelled, past it', { ...KEY_VALID, deadlineAt: AT, cancelledAt }, 'capture'],
  ['pending, its key expired', { ...KEY_EXPIRED, deadlineAt }, 'find-out'],
  ['pending, its key expired, past its deadline', { ...KEY_EXPIRED, deadlineAt: AT }, 'find-out'],
  ['pending, its key expired, cancelled', { ...KEY_EXPIRED, deadlineAt, cancelledAt }, 'find-out'],
  ['captured', { ...KEY_VALID, status: 'captured' }, 'none'],
  ['captured, past its deadline', { ...KEY_VALID, status: 'captured', deadlineAt: AT }, 'none'],
  ['captured, cancelled', { ...KEY_VALID, status: 'captured', cancelledAt }, 'refund'],
  ['captured, cancelled, its key expired', { ...KEY_EXPIRED, status: 'captured', cancelledAt }, 'refund'],
  ['declined', { ...KEY_VALID, status: 'declined' }, 'none'],
  ['declined, cancelled', { ...KEY_VALID, status: 'declined', cancelledAt }, 'none'],
  ['refunded, cancelled', { ...KEY_VALID, status: 'refunded', cancelledAt }, 'none'],
];

for (const [what, facts, call] of CALLS) {
  test(`the next call for a payment that is ${what}: ${call}`, () => {
    assert.equal(nextCall({ ...pending, keyExpiresAt: null, ...facts }, LATER), call);
  });
}

const first: RefusedCall = {
  ...{ wasAskedBefore: false, isUnknownThere: true },
  ...{ refusedForMs: 0, delayMs: 30_000 },
};
const since = (ms: number) => new Date(LATER.getTime() + ms);
const inDoubt = { ...first, wasAskedBefore: true, refusedForMs: 60_001 };
const fourSeconds = { ...pending, deadlineAt: since(4_000) };

const REFUSALS: [string, Partial<Payment>, RefusedCall, boolean, number][] = [
  ['whose first capture is refused', {}, first, true, 30_000],
  ['whose deadline is before its next call', fourSeconds, first, true, 4_000],
  ['whose deadline has passed', { deadlineAt: AT }, first, true, 30_000],
  ['without a deadline', { deadlineAt: null }, first, true, 30_000],
  ['whose order is cancelled', { cancelledAt: AT }, first, true, 0],
  ['in doubt, refused for a minute', {}, inDoubt, true, 30_000],
  ['in doubt, refused for a minute, cancelled', { cancelledAt: AT }, inDoubt, true, 0],
  ['in doubt, refused for less', {}, { ...inDoubt, refusedForMs: 60_000 }, false, 30_000],
  ['in doubt, refused once', {}, { ...inDoubt, refusedForMs: 0 }, false, 30_000],
  ['in doubt, which cannot be looked up', {}, { ...inDoubt, isUnknownThere: false }, false, 30_000],
  ['in doubt, cancelled', { cancelledAt: AT }, { ...inDoubt, refusedForMs: 0 }, false, 30_000],
  ['in doubt, at its deadline', fourSeconds, { ...inDoubt, refusedForMs: 0 }, false, 4_000],
  ['whose refund is refused', { status: 'captured', cancelledAt: AT }, inDoubt, false, 30_000],
];

for (const [what, facts, call, isUnasked, dueInMs] of REFUSALS) {
  const state = isUnasked ? 'counts as not asked for' : 'stays in doubt';
  test(`a payment ${what} ${facts.status ? 'is due again' : state} after ${dueInMs / 1_000} s`, () => {
    const expected = { isUnasked, dueAt: since(dueInMs) };
    assert.deepEqual(afterRefusal({ ...pending, ...facts }, call, LATER), expected);
  });
}

test('the first refusal and each tenth raise an alarm', () => {
  const alarming = Array.from({ length: 35 }, (_, index) => index + 1).filter(isAlarming);

  assert.deepEqual(alarming, [1, 10, 20, 30]);
});
