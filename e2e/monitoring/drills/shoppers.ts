import { randomUUID } from 'node:crypto';
import { expected, requestToken, type System, send } from '@repo/stack';
import { eventually } from '@repo/testing';

/** Customers who order all the time, whatever happens to the system. */
export interface Shoppers {
  /** For requests by hand: may sell, and may operate. */
  staff: string;
  /** Places so many orders at once. */
  rush(orders: number): Promise<void>;
  stop(): void;
}

const EVERY_MS = 250;
/** Requests that hang for longer than this would only pile up. */
const MOST_AT_A_TIME = 80;
const SKU = 'DRILL';

/** Starts a light load: each quarter of a second an order, a look at the catalogue, and a look at an earlier order. */
export async function startShoppers({ running }: System): Promise<Shoppers> {
  const { order, inventory } = running.services;
  const issuer = running.external['identity-provider'].url;
  const token = (scope: string) => requestToken(issuer, { subject: randomUUID(), scope, expiresIn: 7_200 });
  const [staff, customer] = await Promise.all([token('stock:write operations'), token('')]);
  const product = { sku: SKU, name: SKU, priceCents: 100, currency: 'EUR', stock: 1_000_000 };
  expected(
    await send(`${inventory.url}/v1/products`, 'POST', { token: staff, key: randomUUID(), body: product }),
    201,
  );
  let earlier = await eventually(placeOrder, { timeoutMs: 20_000, what: 'the first order' });
  let atATime = 0;

  async function placeOrder(): Promise<string | undefined> {
    const body = { lines: [{ sku: SKU, quantity: 1 }], paymentToken: 'tok_ok' };
    const answer = await send(`${order.url}/v1/orders`, 'POST', { token: customer, key: randomUUID(), body });
    return answer.status === 201 ? (answer.body.id as string) : undefined;
  }

  /** Faults make requests fail: that is what a drill is about. */
  async function visit(): Promise<void> {
    const [placed] = await Promise.allSettled([
      placeOrder(),
      send(`${inventory.url}/v1/products?limit=10`),
      send(`${order.url}/v1/orders/${earlier}`, 'GET', { token: customer }),
    ]);
    if (placed.status === 'fulfilled' && placed.value) earlier = placed.value;
  }

  const timer = setInterval(() => {
    if (atATime >= MOST_AT_A_TIME) return;
    atATime++;
    void visit().then(() => atATime--);
  }, EVERY_MS);
  return {
    staff,
    async rush(orders) {
      await Promise.allSettled(Array.from({ length: orders }, placeOrder));
    },
    stop: () => clearInterval(timer),
  };
}
