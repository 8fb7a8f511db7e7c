import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capturePayment } from './capture-payment.ts';
import { request } from './payment.ts';
import type { PaymentProvider } from './payment-provider.ts';
import { wasNotSent } from './provider-client.ts';

const PAST = new Date(Date.now() - 1_000);
const FUTURE = new Date(Date.now() + 60_000);
const asked = { orderId: 'o', customerId: 'c', totalCents: 1, currency: 'EUR', paymentToken: 'tok_ok' };

/** What comes of a payment that was taken to be captured: the answer, or 'not sent'. */
async function outcomeOf(facts: {
  deadlineAt: Date;
  askedBefore: boolean;
  cancelledAt?: Date;
}): Promise<string> {
  const provider = { capture: async () => ({ status: 'captured', captureId: 'capture-1' }) } as unknown;
  const payment = {
    ...request({ ...asked, deadlineAt: facts.deadlineAt }, { id: 'p', at: PAST }),
    attempts: 1,
  };
  try {
    return (await capturePayment(provider as PaymentProvider)({ ...payment, ...facts })).status;
  } catch (error) {
    return wasNotSent(error) ? 'not sent' : 'failed';
  }
}

const CASES: [string, Parameters<typeof outcomeOf>[0], string][] = [
  ['in time', { deadlineAt: FUTURE, askedBefore: false }, 'captured'],
  ['too late', { deadlineAt: PAST, askedBefore: false }, 'not sent'],
  ['too late, and was asked for before', { deadlineAt: PAST, askedBefore: true }, 'captured'],
  ['unwanted', { deadlineAt: FUTURE, askedBefore: false, cancelledAt: PAST }, 'declined'],
  [
    'unwanted, and was asked for before',
    { deadlineAt: FUTURE, askedBefore: true, cancelledAt: PAST },
    'captured',
  ],
];

for (const [what, facts, outcome] of CASES) {
  test(`a payment that is ${what} is ${outcome}`, async () => {
    assert.equal(await outcomeOf(facts), outcome);
  });
}
