import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capturePayment } from './capture-payment.ts';
import type { DuePayment } from './due-payment-store.ts';
import { request } from './payment.ts';
import type { PaymentProvider } from './payment-provider.ts';
import { Refused, wasNotSent } from './provider-client.ts';

const PAST = new Date(Date.now() - 1_000);
const FUTURE = new Date(Date.now() + 60_000);
const order = { orderId: 'o', customerId: 'c', totalCents: 1, currency: 'EUR', paymentToken: 'tok_ok' };
const payment: DuePayment = {
  ...request({ ...order, deadlineAt: FUTURE }, 'p'),
  createdAt: PAST,
  isFirstCapture: true,
  keyExpiresAt: null,
  claimedAt: new Date(),
  clockOffsetMs: Date.now() - performance.now(),
  attempts: 1,
  refusals: 0,
  refusedSince: null,
};

const refuse = async () => {
  throw new Refused('refused');
};
const fail = async () => {
  throw new Error('no answer');
};

interface Situation extends Partial<DuePayment> {
  capture?: () => Promise<unknown>;
  find?: () => Promise<unknown>;
}

/** The calls that were made for a claimed payment, and their result: that of the provider, 'not sent' or 'not known'. */
async function outcomeOf(situation: Situation): Promise<string> {
  const {
    capture = async () => ({ status: 'captured', captureId: 'new' }),
    find = fail,
    ...facts
  } = situation;
  const calls: string[] = [];
  const provider = {
    capture: () => calls.push('capture') && capture(),
    findCapture: () => calls.push('find') && find(),
  } as unknown as PaymentProvider;
  const outcome = await capturePayment(provider)({ ...payment, ...facts }).then(
    (result) => [result.status, 'captureId' in result && result.captureId, isUnknownThere(result)],
    (error) => [wasNotSent(error) ? 'not sent' : 'not known'],
  );
  return [...calls, outcome.filter(Boolean).join(' ')].join(', ');
}

const isUnknownThere = (result: object) =>
  'isUnknownThere' in result && result.isUnknownThere && 'and unknown there';

const found = async () => ({ captureId: 'old', isRefunded: false });
const none = async () => undefined;
const unmarked = { isFirstCapture: false };
const again = { ...unmarked, askedAt: PAST, keyExpiresAt: FUTURE };
const old = { ...again, keyExpiresAt: PAST };

const CASES: [string, Situation, string][] = [
  ['in time', {}, 'capture, captured new'],
  ['past its deadline by now', { deadlineAt: PAST }, 'not sent'],
  ['without a deadline', { deadlineAt: null }, 'capture, captured new'],
  ['past its deadline, and was asked for before', { ...again, deadlineAt: PAST }, 'capture, captured new'],
  ['cancelled, and was never asked for', { ...unmarked, cancelledAt: PAST }, 'declined'],
  ['past its deadline, and was refused until then', { ...unmarked, deadlineAt: PAST }, 'declined'],
  ['cancelled, and was asked for before', { ...again, cancelledAt: PAST }, 'capture, captured new'],
  ['without a response', { capture: fail }, 'capture, not known'],
  ['refused', { capture: refuse }, 'capture, refused and unknown there'],
  [
    'refused, after a call that captured it',
    { ...again, capture: refuse, find: found },
    'capture, find, captured old',
  ],
  [
    'refused, after a call that may not have captured it',
    { ...again, capture: refuse, find: none },
    'capture, find, refused and unknown there',
  ],
  ['refused, and cannot be looked up', { ...again, capture: refuse, find: refuse }, 'capture, find, refused'],
  ['refused, and its look-up fails', { ...again, capture: refuse, find: fail }, 'capture, find, refused'],
  ['older than its key, and was captured', { ...old, find: found }, 'find, captured old'],
  ['older than its key, and was not captured', { ...old, find: none }, 'find, capture, captured new'],
  ['older than its key, and its look-up fails', { ...old, find: fail }, 'find, not known'],
  ['older than its key, and cannot be looked up', { ...old, find: refuse }, 'find, find, refused'],
  [
    'older than its key, was not captured, and is refused',
    { ...old, find: none, capture: refuse },
    'find, capture, refused and unknown there',
  ],
];

for (const [what, situation, outcome] of CASES) {
  test(`a payment that is ${what}: ${outcome}`, async () => {
    assert.equal(await outcomeOf(situation), outcome);
  });
}
