import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { Span } from '@repo/stack';
import { eventually } from '@repo/testing';
import { isStatement, traceText } from './trace-text.ts';
import { ended, listProduct, mailAbout, newCustomer, placeOrder, system } from './whole-system.ts';

const CONFIRMED = `
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
                        notification: send message`.trim();

const OUT_OF_STOCK = `
order: POST /v1/orders
  order: send order.placed
    inventory: process order.placed
      inventory: send stock.rejected
        order: process stock.rejected
          order: send order.cancelled
            inventory: process order.cancelled
            notification: process order.cancelled
              notification: send message
            payment: process order.cancelled`.trim();

/** The hops of a trace that work on a database, each with the statements under it. */
function databaseHops(spans: Span[]) {
  const hops = spans.filter(({ name }) => /^(POST \/|process |capture |send message)/.test(name));
  return hops.map((hop) => {
    const statements = spans.filter((span) => span.parentSpanId === hop.spanId && isStatement(span));
    const texts = statements.map(({ attributes }) => String(attributes['db.query.text']).trim());
    return { ...hop, statements, texts };
  });
}

/**
 * The spans of an order's trace, once they are all there. They come in a moment after they have ended; those of the
 * statements that record what was done outside end after the hop itself, and can come in after it.
 */
async function traceOf(
  order: { sku: string; quantity?: number; headers?: Record<string, string> },
  expected: string,
) {
  const customer = await newCustomer();
  const placed = await placeOrder(customer, order);
  await ended(customer, placed.body.id);
  await mailAbout(customer, placed.body.id);
  const traceId = placed.headers.get('traceparent')?.split('-')[1] ?? '';
  const spans = () => system.spans(traceId);
  await eventually(() => {
    assert.equal(traceText(spans()), expected);
    for (const { name, texts } of databaseHops(spans()))
      assert.ok(texts.includes('commit'), `${name} commits`);
    return true;
  });
  return spans();
}

const confirmed = traceOf({ sku: await listProduct() }, CONFIRMED);

test('one trace leads from the request to the e-mail, each hop under the one that caused it', async () => {
  const spans = await confirmed;
  assert.equal(new Set(spans.map(({ traceId }) => traceId)).size, 1);
  assert.deepEqual(
    spans.filter(({ failed }) => failed),
    [],
  );
});

test('an order that finds no stock has one trace too, up to the e-mail', async () => {
  await traceOf({ sku: await listProduct({ stock: 1 }), quantity: 2 }, OUT_OF_STOCK);
});

test('a client that does not record its own trace gets the whole of it here, under its id', async () => {
  const traceId = randomUUID().replaceAll('-', '');
  const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-00` };

  const spans = await traceOf({ sku: await listProduct(), headers }, CONFIRMED);

  assert.equal(spans[0]?.traceId, traceId);
});

test('each hop that works on a database shows its statements, from its first to its commit', async () => {
  const hops = databaseHops(await confirmed);
  assert.equal(hops.length, 9);
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

test('this test would notice: without any one hop, or with it elsewhere, the trace is another', async () => {
  const hops = (await confirmed).filter((span) => !isStatement(span));
  const root = hops.find(({ parentSpanId }) => parentSpanId === '');
  for (const hop of hops.filter((one) => one !== root)) {
    const others = hops.filter((one) => one !== hop);
    assert.notEqual(traceText(others), CONFIRMED, `without ${hop.name}`);
    const strayed = [...others, { ...hop, parentSpanId: '' }];
    assert.notEqual(traceText(strayed), CONFIRMED, `${hop.name} without its parent`);
  }
});
