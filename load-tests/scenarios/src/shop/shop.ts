import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Failure } from '@repo/stack';
import type { PlannedOrder } from '../../../src/generator/mix.ts';
import type { SystemUnderTest } from '../system-under-test.ts';
import { type Assortment, assortmentOf, CURRENCY } from './plan.ts';
import { send } from './send.ts';
import { openTokens, type Tokens } from './tokens.ts';

export interface OpenShop {
  customers: string[];
  assortment: Assortment;
  tokens: Tokens;
  /** The first order, which shows that all products can be ordered. */
  first: { orderId: string; plan: PlannedOrder };
  /** Delists the products, also after an interrupted run. */
  close(): Promise<void>;
}

const CUSTOMERS = 20;
/** A product can be ordered within 2 s of being listed. */
const PATIENCE_MS = 10_000;
const CLOSE_MS = 10_000;

/** Lists the products of this run, creates customers, and waits until the order service has the prices. */
export async function openShop(system: SystemUnderTest, signal: AbortSignal): Promise<OpenShop> {
  const run = randomUUID().slice(-8).toUpperCase();
  const assortment = assortmentOf(run);
  const products = [...assortment.products, assortment.soldOut];
  const customers = Array.from({ length: CUSTOMERS }, () => randomUUID());
  const tokens = openTokens(system.issuer);
  const staff = () => tokens(customers[0] as string, 'stock:write');
  const url = `${system.catalogueUrl}/v1/products`;
  await staff().catch((error: Error) => {
    throw new Failure(error.message);
  });

  for (const { sku, priceCents, stock } of products) {
    const body = { sku, name: sku, priceCents, currency: CURRENCY, stock };
    const answer = await send('POST', url, { token: await staff(), key: randomUUID(), body, signal });
    if (answer.status !== 201)
      throw new Failure(`${sku} could not be listed (${answer.status}): ${answer.text}`);
  }

  return {
    customers,
    assortment,
    tokens,
    first: await orderOfEach(),
    async close() {
      const enough = AbortSignal.timeout(CLOSE_MS);
      for (const { sku } of products)
        await send('DELETE', `${url}/${sku}`, { token: await staff(), signal: enough });
    },
  };

  async function orderOfEach(): Promise<OpenShop['first']> {
    const lines = products.map(({ sku }) => ({ sku, quantity: 1 }));
    const totalCents = products.reduce((sum, { priceCents }) => sum + priceCents, 0);
    const plan = { customer: 0, lines, paymentToken: 'tok_ok', outcome: 'out-of-stock', totalCents } as const;
    const token = await tokens(customers[0] as string);
    const order = { token, key: randomUUID(), body: { lines, paymentToken: plan.paymentToken }, signal };
    for (const deadline = performance.now() + PATIENCE_MS; ; await setTimeout(100, undefined, { signal })) {
      const answer = await send('POST', `${system.orderUrl}/v1/orders`, order);
      if (answer.status === 201) return { orderId: answer.body.id as string, plan };
      if (answer.status !== 422 || performance.now() > deadline)
        throw new Failure(`The first order was answered ${answer.status}: ${answer.text}`);
    }
  }
}
