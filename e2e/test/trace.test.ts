import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { Span } from '@repo/stack';
import { serviceNames } from '@repo/stack/topology';
import { type Answer, eventually } from '@repo/testing';
import { isStatement, traceText } from './trace-text.ts';
import { ended, listProduct, newCustomer, placeOrder, prepareCustomer, system } from './whole-system.ts';

const CONFIRMED = present(`
order: POST /v1/orders
  order: send order.placed
    inventory: process order.placed
      inventory: send stock.reserved
        order: process stock.reserved
          order: send order.reserved
            payment: process order.reserved
              payment: capture payment
                payment: POST /v1/captures
                payment: send payment.captured
                  order: process payment.captured
                    order: send order.confirmed
                      inventory: process order.confirmed
                      notification: process order.confirmed
                        notification: send message`);

const OUT_OF_STOCK = present(`
order: POST /v1/orders
  order: send order.placed
    inventory: process order.placed
      inventory: send stock.rejected
        order: process stock.rejected
          order: send order.cancelled
            inventory: process order.cancelled
            notification: process order.cancelled
              notification: send message
            payment: process order.cancelled`);

const USES_DATABASE = /^(POST \/v1\/orders|process |capture |send message)/;

/** The lines of the services that are in the topology. */
function present(text: string): string {
  const isPresent = (line: string) => serviceNames.some((name) => line.trim().startsWith(`${name}: `));
  return text.split('\n').filter(isPresent).join('\n');
}

/** The hops of a trace that use a database, each with the statements under it. */
function databaseHops(spans: Span[]) {
  const hops = spans.filter(({ name }) => USES_DATABASE.test(name));
  return hops.map((hop) => {
    const statements = spans.filter((span) => span.parentSpanId === hop.spanId && isStatement(span));
    const texts = statements.map(({ attributes }) => String(attributes['db.query.text']).trim());
    return { ...hop, statements, texts };
  });
}

/** The spans that have been received of the trace of a request. */
function spansOf({ headers }: Answer): () => Span[] {
  const traceId = headers.get('traceparent')?.split('-')[1] ?? '';
  return () => system.spans(traceId);
}

/**
 * The spans of an order's trace, once all of them have been received. They are exported a moment after they have ended.
 * The statements that record an outside call end after their hop, and can be received after it.
 */
async function traceOf(
  order: { sku: string; quantity?: number; headers?: Record<string, string> },
  expected: string,
) {
  const customer = await newCustomer();
  await prepareCustomer(customer);
  // From this order on the product is in the price list, so the next one is placed by one request. When this one has gone
  // its whole way, no event or job of it shares a batch with one of the next: the statements of a batch are under one hop.
  const earlier = spansOf(await placeOrder(customer, { sku: order.sku }));
  await eventually(() => traceText(earlier()) === CONFIRMED, { timeoutMs: 30_000, what: 'an earlier order' });
  const placed = await placeOrder(customer, order);
  await ended(customer, placed.body.id);
  const spans = spansOf(placed);
  const isComplete = () => {
    assert.equal(traceText(spans()), expected);
    for (const { name, texts } of databaseHops(spans()))
      assert.ok(texts.includes('commit'), `${name} commits`);
    return true;
  };
  await eventually(isComplete, { timeoutMs: 30_000, what: 'the whole trace' });
  return spans();
}

const confirmed = traceOf({ sku: await listProduct() }, CONFIRMED);

test('one trace leads from the request to the last effect, each hop under the one that caused it', async () => {
  const spans = await confirmed;
  assert.equal(new Set(spans.map(({ traceId }) => traceId)).size, 1);
  assert.deepEqual(
    spans.filter(({ failed }) => failed),
    [],
  );
});

test('an order without enough stock has one trace too', async () => {
  await traceOf({ sku: await listProduct({ stock: 1 }), quantity: 2 }, OUT_OF_STOCK);
});

test('the trace of a client that does not record it is recorded here, under its id', async () => {
  const traceId = randomUUID().replaceAll('-', '');
  const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-00` };

  const spans = await traceOf({ sku: await listProduct(), headers }, CONFIRMED);

  assert.equal(spans[0]?.traceId, traceId);
});

test('each hop that uses a database has its statements, from the first to the commit', async () => {
  const hops = databaseHops(await confirmed);
  const expected = CONFIRMED.split('\n').filter((line) => USES_DATABASE.test(line.replace(/^.*?: /, '')));
  assert.equal(hops.length, expected.length);
  for (const { service, name, statements, texts } of hops) {
    const databases = new Set(statements.map(({ attributes }) => attributes['db.namespace']));
    assert.deepEqual([...databases], [service], `${name} uses the database of ${service} alone`);
    assert.ok(texts.includes('commit'), `${name} commits`);
    assert.ok(
      texts.some((text) => /^(insert|update|with)/.test(text)),
      `${name} writes`,
    );
  }
});

test('the comparison detects any hop that is missing or has another parent', async () => {
  const hops = (await confirmed).filter((span) => !isStatement(span));
  const root = hops.find(({ parentSpanId }) => parentSpanId === '');
  for (const hop of hops.filter((one) => one !== root)) {
    const others = hops.filter((one) => one !== hop);
    assert.notEqual(traceText(others), CONFIRMED, `without ${hop.name}`);
    const strayed = [...others, { ...hop, parentSpanId: '' }];
    assert.notEqual(traceText(strayed), CONFIRMED, `${hop.name} without its parent`);
  }
});
