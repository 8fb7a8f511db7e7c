import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { runReconcile } from './payment-process.ts';
import { answerTo, cancelled, differences, query, reserved } from './payment-service.ts';
import { startProvider } from './provider.ts';

test('the books agree, whatever came of the payments', async () => {
  for (const token of ['tok_ok', 'tok_declined', 'tok_lost_reply', 'tok_flaky'])
    await answerTo(await reserved(token));
  const unwanted = await reserved('tok_ok');
  await cancelled(unwanted);
  await answerTo(unwanted, 'payment.refunded');

  assert.deepEqual(await differences(), []);
  assert.deepEqual(await runReconcile(), { lines: ['The books agree.'], status: 0 });
});

test('a payment that says something else than the ledger is named', async (t) => {
  const orderId = await reserved('tok_ok');
  await answerTo(orderId);
  const set = (status: string) =>
    query('update payments set status = $2 where order_id = $1', [orderId, status]);
  t.after(() => set('captured'));
  await set('declined');

  const fault = `The payment of order ${orderId} is declined here, and the provider has captured 119.48 EUR.`;
  assert.deepEqual(await runReconcile(), { lines: [fault, 'Differences: 1'], status: 1 });
});

test('money that a provider has moved without us is named', async () => {
  const orderId = await reserved('tok_ok');
  await answerTo(orderId);
  const stranger = randomUUID();
  const other = await startProvider();
  for (const reference of [orderId, orderId, stranger])
    await other.capture(randomUUID(), {
      reference,
      amountCents: 11_948,
      currency: 'EUR',
      token: 'tok_ok',
    });

  const faults = await differences(other);
  assert.ok(faults.includes(`The payment of order ${orderId} was charged 2 times.`));
  assert.ok(faults.includes(`The provider has booked money for order ${stranger}, and we know no payment.`));
});

for (const [what, env] of [
  ['the provider', { PAYMENT_PROVIDER_URL: 'http://127.0.0.1:65535' }],
  ['the database', { DATABASE_URL: 'postgres://a:b@127.0.0.1:1/payment' }],
] as const) {
  test(`while ${what} is away nobody can tell, which is said in a sentence`, async () => {
    const { lines, status } = await runReconcile(env);

    assert.equal(status, 2);
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /^The books could not be compared: .*ECONNREFUSED/);
  });
}
