import { randomUUID } from 'node:crypto';
import type { Topic } from '@repo/contracts/event';
import { createKafka } from '@repo/events';
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

/** The whole system, of this test file's own. */
export const system = await startTestSystem();
const { services, external, servers } = system.running;

/** Behind a gateway a resource is found by its path alone, whatever its service is called. */
const publicUrl = ({ url }: { url: string }) =>
  process.env.TENFOLD_RUNNING_FILE ? new URL(url).origin : url;

export const urls = {
  order: publicUrl(services.order),
  inventory: publicUrl(services.inventory),
  payment: publicUrl(services.payment),
  notification: publicUrl(services.notification),
  provider: external['payment-provider'].url,
  mailbox: external.mailbox.url,
};

/** Where each service has what is its own: its document, its dead letters. */
export const ownUrls = {
  order: services.order.url,
  inventory: services.inventory.url,
  payment: services.payment.url,
  notification: services.notification.url,
};

/** A token of the system's own identity provider. */
async function token(customerId: string, scope = ''): Promise<string> {
  const { body } = await call(`${external['identity-provider'].url}/.well-known/openid-configuration`);
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: customerId, scope });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await call(body.token_endpoint, 'POST', { body: form.toString(), headers });
  return answer.body.access_token;
}

/** A token of somebody who may do everything, as a customer too. */
export const staff = await token(randomUUID(), 'stock:write operations');

/** Lists a product that no other test knows. Answers its sku, once it can be ordered. */
export async function listProduct({ stock = 100, priceCents = 1_250 } = {}): Promise<string> {
  const sku = `THING-${randomUUID().slice(0, 8).toUpperCase()}`;
  const body = { sku, name: 'A thing', priceCents, currency: 'EUR', stock };
  await call(`${urls.inventory}/v1/products`, 'POST', { token: staff, key: randomUUID(), body });
  const events = await recorded('product.events');
  await eventually(() => events.some(({ key }) => key === sku), { what: `${sku} on product.events` });
  return sku;
}

/** Sends a request to inventory, as those who run the shop. */
export function asStaff(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
  return call(`${urls.inventory}${path}`, method, { token: staff, key: randomUUID(), ...options });
}

export async function stockOf(sku: string) {
  return (await call(`${urls.inventory}/v1/products/${sku}/stock`, 'GET', { token: staff })).body;
}

export type Customer = Awaited<ReturnType<typeof newCustomer>>;

/** A customer for whom nobody has ordered yet; with an address, unless told otherwise. */
export async function newCustomer({ hasContact = true } = {}) {
  const id = randomUUID();
  const customer = { id, token: await token(id), email: `${id}@example.com` };
  if (hasContact) await giveContact(customer);
  return customer;
}

export function giveContact({ token, email }: { token: string; email: string }): Promise<Answer> {
  return call(`${urls.notification}/v1/contacts/me`, 'PUT', { token, body: { email } });
}

/** Places an order, again for as long as the product is not yet in the price list. */
export async function placeOrder(
  { token }: Customer,
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

/** The order once it has ended. */
export function ended({ token }: Customer, id: string) {
  return eventually(
    async () => {
      const { body } = await call(`${urls.order}/v1/orders/${id}`, 'GET', { token });
      return body.endedAt && body;
    },
    { timeoutMs: 30_000, what: `the end of order ${id}` },
  );
}

/** What the payment provider has booked for an order, by its own ledger. */
export async function ledgerOf(orderId: string) {
  const { items } = (await call(`${urls.provider}/v1/ledger`)).body;
  return items.filter(({ reference }: { reference: string }) => reference === orderId);
}

/** The e-mail about an order, once it is there; of several, that with this subject. */
export function mailAbout({ email }: Customer, orderId: string, wanted = /./) {
  return eventually(
    async () => {
      const { items } = (await call(`${urls.mailbox}/messages?to=${email}`)).body;
      return items.find(
        ({ subject, text }: { subject: string; text: string }) =>
          text.includes(orderId) && wanted.test(subject),
      );
    },
    { timeoutMs: 20_000, what: `an e-mail about order ${orderId}` },
  );
}

const topics = ['order.events', 'inventory.events', 'payment.events', 'product.events'] as const;
const kafka = createKafka({ brokers: servers.kafka.brokers.split(','), clientId: 'e2e', log: testLog });
const recordings = new Map<string, Promise<readonly RecordedEvent[]>>();

/** Everything that a topic holds; the list grows. */
export function recorded(topic: Topic): Promise<readonly RecordedEvent[]> {
  const recording = recordings.get(topic) ?? recordTopic(kafka, topic);
  recordings.set(topic, recording);
  return recording;
}

/** Every event about an order that is on a topic by now. */
export async function eventsOf(orderId: string): Promise<RecordedEvent[]> {
  const lists = await Promise.all(topics.map(recorded));
  return lists.flat().filter(({ data }) => data.orderId === orderId);
}
