import assert from 'node:assert/strict';
import { test } from 'node:test';
import { project } from '@repo/stack';
import { eventually, startTelemetryReceiver } from '@repo/testing';

const receiver = await startTelemetryReceiver();
// The system of this file exports to the receiver.
Object.assign(process.env, receiver.env, { OTEL_METRIC_EXPORT_INTERVAL: '1000' });
const { ended, listProduct, newCustomer, placeOrder, prepareCustomer, cancelOrder, asStaff } = await import(
  './whole-system.ts'
);

const CUSTOMERS = 1_000;
const AT_ONCE = 20;
const sku = await listProduct({ stock: 1_000_000 });
const soldOut = await listProduct({ stock: 0 });

/** How an order ends, and its share of all orders. */
const WAYS = [
  { sku, paymentToken: 'tok_ok' },
  { sku, paymentToken: 'tok_ok' },
  { sku, paymentToken: 'tok_declined' },
  { sku: soldOut, paymentToken: 'tok_ok' },
] as const;

/** Places an order of each of so many new customers; returns them, once they have ended. */
async function placeOrders(customers: number) {
  const numbers = Array.from({ length: customers }, (_, number) => number);
  const orders: { placedAt: string; endedAt: string; status: string; reason: string | null }[] = [];
  const placing = Array.from({ length: AT_ONCE }, async () => {
    for (let number = numbers.pop(); number !== undefined; number = numbers.pop()) {
      const customer = await newCustomer();
      if (number % 10 === 0) await prepareCustomer(customer);
      const { body } = await placeOrder(customer, WAYS[number % WAYS.length] as (typeof WAYS)[number]);
      if (number % 10 === 1) await cancelOrder(customer, body.id);
      orders.push(await ended(customer, body.id));
    }
  });
  await Promise.all(placing);
  return orders;
}

const ours = (name: string) => `${project.name}.${name}`;
const endedSeries = () => receiver.series().filter(({ name }) => name === ours('order.duration'));
const total = (of: 'value' | 'sum') => endedSeries().reduce((sum, series) => sum + Number(series[of]), 0);

test('an order is measured once, by the times of its row', async () => {
  const orders = await placeOrders(40);
  await eventually(() => total('value') === orders.length, { what: 'the duration of every order' });

  const seconds = orders.reduce(
    (sum, { placedAt, endedAt }) => sum + (Date.parse(endedAt) - Date.parse(placedAt)) / 1_000,
    0,
  );
  assert.equal(total('sum').toFixed(3), seconds.toFixed(3));
  const measured = endedSeries().map(
    ({ attributes: { outcome, reason }, value }) => `${outcome} ${reason} ${value}`,
  );
  const expected = Map.groupBy(orders, ({ status, reason }) => `${status} ${reason ?? 'none'}`);
  assert.deepEqual(measured.sort(), Array.from(expected, ([ending, of]) => `${ending} ${of.length}`).sort());
});

test('a thousand customers cause no new series, and no series names one', async () => {
  let measured = total('value');
  const allMeasured = () =>
    eventually(() => total('value') === measured, { what: 'the duration of every order' });
  measured += (await placeOrders(40)).length;
  await allMeasured();
  const before = new Set(receiver.series().map(nameOf));
  const odd = ['GET', 'PROPFIND', 'DELETE'].map((method) => asStaff(method, `/v1/nothing/${sku}`));
  await Promise.all([placeOrders(CUSTOMERS), ...odd]);
  measured += CUSTOMERS;
  await allMeasured();

  const all = receiver.series();
  // Under load something can be waited for, refused or repeated that was not before. What only a tenth of the customers
  // does, such as a cancellation, would add a hundred series if one of its attributes named them.
  const added = all.map(nameOf).filter((name) => !before.has(name));
  assert.ok(added.length <= CUSTOMERS / 20, `${added.length} series were added:\n${added.join('\n')}`);
  const ids = /[0-9a-f]{8}-[0-9a-f]{4}-/;
  const naming = all
    .map(nameOf)
    .filter((name) => ids.test(name) || name.includes(sku) || name.includes(soldOut));
  assert.deepEqual(naming, []);
});

function nameOf({ service, name, attributes }: ReturnType<typeof receiver.series>[number]): string {
  return `${service} ${name} ${JSON.stringify(attributes)}`;
}
