import { randomUUID } from 'node:crypto';
import { createKafka } from '@repo/events';
import { type ServiceName, serviceNames, topics } from '@repo/stack/topology';
import {
  type Answer,
  type CallOptions,
  call,
  eventually,
  type RecordedEvent,
  recordTopic,
  startTestSystem,
  testLog,
} from '@repo/testing';
import { activeParts } from '../services/active-parts.ts';

/** The whole system, of this test file's own. */
export const system = await startTestSystem();
const { services, external, servers } = system.running;

const urlOfEach = (urlOf: (url: string) => string): Record<ServiceName, string> =>
  Object.fromEntries(serviceNames.map((name) => [name, urlOf(services[name].url)])) as Record<
    ServiceName,
    string
  >;

/** The URLs of resources. Behind a gateway a resource is found by its path alone. */
export const urls = urlOfEach((url) => (process.env.TENFOLD_RUNNING_FILE ? new URL(url).origin : url));

/** The URLs of documents and dead letters, which every service has. */
export const ownUrls = urlOfEach((url) => url);

/** A token of the system's own identity provider. */
async function token(customerId: string, scope = ''): Promise<string> {
  const { body } = await call(`${external['identity-provider'].url}/.well-known/openid-configuration`);
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: customerId, scope });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await call(body.token_endpoint, 'POST', { body: form.toString(), headers });
  return answer.body.access_token;
}

/** A token of a caller who may do everything, as a customer too. */
export const staff = await token(randomUUID(), 'stock:write operations');

/** Lists a product that no other test knows. Returns its sku, once it can be ordered. */
export async function listProduct({ stock = 100, priceCents = 1_250 } = {}): Promise<string> {
  const sku = `THING-${randomUUID().slice(0, 8).toUpperCase()}`;
  const body = { sku, name: 'A thing', priceCents, currency: 'EUR', stock };
  await call(`${urls.inventory}/v1/products`, 'POST', { token: staff, key: randomUUID(), body });
  const events = await recorded('product.events');
  await eventually(() => events.some(({ key }) => key === sku), { what: `${sku} on product.events` });
  return sku;
}

/** Sends a request to inventory, as a member of the staff. */
export function asStaff(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
  return call(`${urls.inventory}${path}`, method, { token: staff, key: randomUUID(), ...options });
}

export async function stockOf(sku: string) {
  return (await call(`${urls.inventory}/v1/products/${sku}/stock`, 'GET', { token: staff })).body;
}

export interface Customer {
  id: string;
  token: string;
}

/** A customer without orders. */
export async function newCustomer(): Promise<Customer> {
  const id = randomUUID();
  return { id, token: await token(id) };
}

/** Gives a customer everything that the services can keep about one, such as an address. */
export async function prepareCustomer(customer: Customer): Promise<void> {
  for (const { workload } of activeParts) {
    const request = workload?.prepareCustomer?.(customer, 1, system.running);
    if (!request) continue;
    const { url, path, method, body } = request;
    await call(url + path, method, { token: customer.token, body });
  }
}

/** Places an order, again for as long as the product is not yet in the price list. */
export async function placeOrder(
  { token }: Pick<Customer, 'token'>,
  {
    sku,
    quantity = 1,
    paymentToken = 'tok_ok',
    headers = {},
  }: { sku: string; quantity?: number; paymentToken?: string; headers?: Record<string, string> },
): Promise<Answer> {
  const body = { lines: [{ sku, quantity }], paymentToken };
  const key = randomUUID();
  return eventually(async () => {
    const answer = await call(`${urls.order}/v1/orders`, 'POST', { token, key, body, headers });
    return answer.status === 201 ? answer : undefined;
  });
}

export function cancelOrder({ token }: Customer, id: string): Promise<Answer> {
  return call(`${urls.order}/v1/orders/${id}/cancel`, 'POST', { token, key: randomUUID() });
}

/**
 * Cancels an order of two units while its payment is captured; returns the answer too. The capture takes two seconds: when
 * the cancellation comes too late, another product is listed and ordered.
 */
export function cancelDuringCapture(customer: Customer, product: Parameters<typeof listProduct>[0] = {}) {
  return eventually(
    async () => {
      const sku = await listProduct(product);
      const { id } = (await placeOrder(customer, { sku, quantity: 2, paymentToken: 'tok_slow' })).body;
      await eventually(async () => (await ledgerOf(id)).length === 1, { what: 'the capture' });
      const answer = await cancelOrder(customer, id);
      return answer.status !== 409 && { id: id as string, sku, answer };
    },
    { timeoutMs: 30_000, what: 'a cancellation during the capture' },
  );
}

/** The order once it has ended. */
export function ended({ token }: Pick<Customer, 'token'>, id: string, { timeoutMs = 30_000 } = {}) {
  return eventually(
    async () => {
      const { body } = await call(`${urls.order}/v1/orders/${id}`, 'GET', { token });
      return body.endedAt && body;
    },
    { timeoutMs, what: `the end of order ${id}` },
  );
}

/** The bookings of an order in the payment provider's own ledger. */
export async function ledgerOf(orderId: string) {
  const { items } = (await call(`${external['payment-provider'].url}/v1/ledger`)).body;
  return items.filter(({ reference }: { reference: string }) => reference === orderId);
}

export const kafka = createKafka({
  brokers: servers.kafka.brokers.split(','),
  clientId: 'e2e',
  log: testLog,
});
const recordings = new Map<string, Promise<readonly RecordedEvent[]>>();

/** All events of a topic; the list grows. */
export function recorded(topic: (typeof topics)[number]): Promise<readonly RecordedEvent[]> {
  const recording = recordings.get(topic) ?? recordTopic(kafka, topic);
  recordings.set(topic, recording);
  return recording;
}

/** Every event about an order that is on a topic by now. */
export async function eventsOf(orderId: string): Promise<RecordedEvent[]> {
  const lists = await Promise.all(topics.map(recorded));
  return lists.flat().filter(({ data }) => data.orderId === orderId);
}
