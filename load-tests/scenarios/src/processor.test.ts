import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assortmentOf } from './shop/plan.ts';
import { SHOP_FILE, type Shop } from './shop/shop-file.ts';
import { storiesIn } from './verdict/journal.ts';

const folder = mkdtempSync(join(tmpdir(), 'tenfold-customers-'));
const journal = join(folder, 'journal.jsonl');
const customers = ['00000000-0000-7000-8000-000000000001'];
let asked = 0;
/** An identity provider whose tokens contain the ids of their customers. */
const issuer = createServer(async (request, response) => {
  if (request.method === 'GET')
    return void response.end(JSON.stringify({ token_endpoint: `${url()}/token` }));
  asked++;
  const form = new URLSearchParams(Buffer.concat(await request.toArray()).toString());
  response.end(JSON.stringify({ access_token: `of ${form.get('client_id')}` }));
});
const url = () => `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
let customer: typeof import('../processor.mts');

before(async () => {
  await once(issuer.listen(0, '127.0.0.1'), 'listening');
  const assortment = assortmentOf('RUN1');
  const shop: Shop = { orderUrl: '', catalogueUrl: '', issuer: url(), customers, assortment, journal };
  writeFileSync(join(folder, 'shop.json'), JSON.stringify(shop));
  process.env[SHOP_FILE] = join(folder, 'shop.json');
  customer = await import('../processor.mts');
});

after(() => {
  issuer.close();
  rmSync(folder, { recursive: true });
});

/** A new customer, and the metrics that it has emitted. */
async function comeIn() {
  const counted: Record<string, number> = {};
  const metrics = {
    emit(_kind: 'counter' | 'histogram', name: string, value: number) {
      counted[name] = (counted[name] ?? 0) + value;
    },
  };
  const context = { vars: {} as Parameters<typeof customer.enter>[0]['vars'] };
  await customer.enter(context, metrics);
  context.vars.story.plan.outcome = 'confirmed';
  const answer = (statusCode: number, body: object, headers = {}) => ({
    statusCode,
    body: JSON.stringify(body),
    headers,
  });
  return {
    context,
    counted,
    story: () => storiesIn(readFileSync(journal, 'utf8')).find(({ key }) => key === context.vars.key),
    async sends(status: number, headers = {}) {
      await customer.noteSent({}, context);
      await customer.notePlaced({}, answer(status, { id: 'id' }, headers), context, metrics);
    },
    sees: (status: string, reason: string | null = null) =>
      customer.noteStatus({}, answer(200, { status, reason }), context, metrics),
  };
}

test('a customer has a token, which is requested once', async () => {
  const { context } = await comeIn();
  await comeIn();
  assert.equal(context.vars.token, `of ${customers[0]}`);
  assert.equal(asked, 1);
});

test('an order is followed until it has ended, and recorded', async () => {
  const { context, counted, sends, sees, story } = await comeIn();
  const isRepeated = (ask: typeof customer.isOpen) => {
    let is: boolean | undefined;
    ask(context, (answer) => {
      is = answer;
    });
    return is;
  };
  await sends(201);
  assert.equal(isRepeated(customer.wasRefused), false);
  await sees('reserved');
  assert.equal(isRepeated(customer.isOpen), true);
  await sees('confirmed');
  assert.equal(isRepeated(customer.isOpen), false);
  assert.equal(story()?.outcome, 'confirmed');
  assert.equal(counted['orders.wrong'], 0);
});

test('an order with the wrong outcome is counted, and fails its customer', async () => {
  const { counted, sends, sees } = await comeIn();
  await sends(201);
  await assert.rejects(
    sees('cancelled', 'payment-declined'),
    /ended as payment-declined instead of confirmed/,
  );
  assert.equal(counted['orders.wrong'], 1);
});

test('a refused order is resent, and given up after the third refusal', async () => {
  const { context, counted, sends, story } = await comeIn();
  await sends(503, { 'retry-after': '0' });
  await customer.waitWhereRefused(context);
  await sends(503, { 'retry-after': '0' });
  await customer.waitWhereRefused(context);
  await sends(503, { 'retry-after': '0' });
  await assert.rejects(customer.waitWhereRefused(context), /refused 3 times/);
  assert.equal(counted['orders.refused'], 3);
  assert.equal(story()?.refusals, 3);
});

test('an answer other than 201 and 503 fails its customer', async () => {
  const { counted, sends } = await comeIn();
  await assert.rejects(sends(500), /answered 500/);
  assert.equal(counted['orders.rejected'], 1);
});
