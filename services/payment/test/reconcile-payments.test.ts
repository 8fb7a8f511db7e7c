import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { eventually } from '@repo/testing';
import { listOf, runReconcile } from './payment-process.ts';
import {
  cancelled,
  differences,
  eventsOf,
  ledgerOf,
  ordersOf,
  outcomeOf,
  published,
  query,
  reserved,
} from './payment-service.ts';
import { startProvider } from './provider.ts';

const APPLY = ['--settle-seconds', '0', '--apply-as', 'an operator'];

test('payments and ledger agree, whatever the outcomes of the payments', async () => {
  for (const token of ['tok_ok', 'tok_declined', 'tok_lost_reply', 'tok_flaky'])
    await outcomeOf(await reserved(token));
  const unwanted = await reserved('tok_ok');
  // A payment that is cancelled before its capture is never refunded.
  await outcomeOf(unwanted, 'payment.captured');
  await cancelled(unwanted);
  await outcomeOf(unwanted, 'payment.refunded');

  assert.deepEqual(await differences(), []);
  const { lines, status } = await runReconcile({ orders: listOf(await ordersOf()) });
  assert.deepEqual([lines.length, status], [1, 0]);
  assert.match(lines[0] ?? '', /^Payments: no differences, orders that are not settled yet: \d+\.$/);
});

test('a payment that differs from the ledger and from its order is reported', async (t) => {
  const orderId = await reserved('tok_ok');
  await outcomeOf(orderId);
  const set = (status: string) =>
    query('update payments set status = $2 where order_id = $1', [orderId, status]);
  t.after(() => set('captured'));
  await set('declined');

  const orders = listOf(await ordersOf({ [orderId]: { status: 'confirmed', isSettled: true } }));
  const { lines, status } = await runReconcile({ orders });
  assert.deepEqual(lines.slice(0, -1), [
    `The payment of order ${orderId} is declined here, and the provider has captured 119.48 EUR. See docs/runbooks/reconciliation-differences.md.`,
    `Order ${orderId} over 119.48 EUR is confirmed, and its payment is declined. See docs/runbooks/reconciliation-differences.md.`,
  ]);
  assert.match(lines.at(-1) ?? '', /^Payments: differences: 2/);
  assert.equal(status, 1);
});

test('money that a provider has moved without a payment is reported', async () => {
  const orderId = await reserved('tok_ok');
  await outcomeOf(orderId);
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
  assert.ok(
    faults.includes(`The provider's ledger has money for order ${stranger}, and there is no payment.`),
  );
});

test('an order or a payment that has just changed is not compared', async () => {
  const orderId = await reserved('tok_ok');
  await outcomeOf(orderId);

  const orders = listOf(await ordersOf({ [orderId]: { status: 'cancelled' } }));
  const { status } = await runReconcile({ args: ['--settle-seconds', '600'], orders });
  assert.equal(status, 0);
});

test('a capture whose cancellation was lost is reported, and with --apply refunded, once', async () => {
  const orderId = await reserved('tok_ok');
  await outcomeOf(orderId);
  const orders = listOf(await ordersOf({ [orderId]: { status: 'cancelled' } }));
  const difference = `Order ${orderId} is cancelled, and payment has no record of it: 119.48 EUR is captured.`;

  const named = await runReconcile({ orders });
  assert.equal(named.lines[0], `${difference} With --apply, payment records it and refunds 119.48 EUR.`);
  assert.equal(named.status, 1);
  assert.deepEqual(await actionsAbout(orderId), []);

  const [one, other] = await Promise.all([
    runReconcile({ args: APPLY, orders }),
    runReconcile({ args: APPLY, orders }),
  ]);
  assert.ok([one, other].some(({ status, lines }) => status === 0 && lines[0]?.includes('Healed: ')));
  await outcomeOf(orderId, 'payment.refunded');
  // The lost event arrives after all.
  await cancelled(orderId);
  const again = await runReconcile({ args: APPLY, orders: listOf(await ordersOf()) });
  assert.deepEqual([again.status, again.lines.length], [0, 1]);
  assert.deepEqual(await actionsAbout(orderId), [['cancelled', 'an operator', difference]]);
  assert.deepEqual(await ledgerOf(orderId), [
    ['capture', 11_948],
    ['refund', 11_948],
  ]);
  assert.deepEqual(
    eventsOf(orderId).map(([type]) => type),
    ['payment.captured', 'payment.refunded'],
  );
});

test('an order whose cancellation was lost, and that has no payment, is never paid for', async () => {
  const orderId = randomUUID();
  const order = { customerId: randomUUID(), status: 'cancelled', totalCents: 1, currency: 'EUR' } as const;
  const missed = { id: orderId, ...order, isSettled: true, isRefunded: false, isParked: false };
  const orders = [...(await ordersOf()), missed].sort((a, b) => (a.id < b.id ? -1 : 1));

  assert.equal((await runReconcile({ args: APPLY, orders: listOf(orders) })).status, 0);
  const [payment] = await query('select status from payments where order_id = $1', [orderId]);
  assert.deepEqual(payment, { status: 'declined' });
});

for (const [type, order, lastOf] of [
  ['payment.captured', { status: 'reserved', isSettled: false }, async () => {}],
  ['payment.refunded', { isRefunded: false }, cancelled],
] as const) {
  test(`${type} that order never received is published again, under its id`, async () => {
    const orderId = await reserved('tok_ok');
    await outcomeOf(orderId, 'payment.captured');
    await lastOf(orderId);
    const lost = await outcomeOf(orderId, type);
    const events = () => published.filter(({ key, type: one }) => key === orderId && one === type);

    const { lines, status } = await runReconcile({
      args: APPLY,
      orders: listOf(await ordersOf({ [orderId]: order })),
    });
    assert.match(lines[0] ?? '', new RegExp(`Healed: ${type} is published again\\.$`));
    assert.equal(status, 0);
    await eventually(() => events().length === 2, { what: 'the event to be published again' });
    const [first, second] = events();
    assert.deepEqual([second?.id, second?.data], [lost.id, first?.data]);
    assert.deepEqual(
      (await actionsAbout(orderId)).map(([action]) => action),
      ['published again'],
    );
  });
}

test('the app role may add to the audit rows, and change none', async () => {
  for (const statement of ["update reconcile_actions set reason = ''", 'delete from reconcile_actions'])
    await assert.rejects(query(statement), /permission denied/);
});

async function actionsAbout(orderId: string): Promise<unknown[][]> {
  const rows = await query('select action, actor, reason from reconcile_actions where order_id = $1', [
    orderId,
  ]);
  return rows.map(({ action, actor, reason }) => [action, actor, reason]);
}

for (const [what, env] of [
  ['the provider', { PAYMENT_PROVIDER_URL: 'http://127.0.0.1:65535' }],
  ['the database', { DATABASE_URL: 'postgres://a:b@127.0.0.1:1/payment' }],
] as const) {
  test(`while ${what} is down, nothing is compared, and one sentence reports it`, async () => {
    const { lines, status } = await runReconcile({ more: env, orders: listOf([]) });

    assert.equal(status, 2);
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /^Payments could not be compared: .*ECONNREFUSED/);
  });
}

test('an incomplete list of orders reports nothing about payments', async () => {
  const orders = listOf(await ordersOf()).slice(0, -1);
  const { lines, status } = await runReconcile({ args: APPLY, orders });

  assert.deepEqual([lines, status], [['Payments could not be compared: The list of orders breaks off.'], 2]);
});
