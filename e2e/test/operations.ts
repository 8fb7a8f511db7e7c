import { randomUUID } from 'node:crypto';
import { StockReserved } from '@repo/contracts/inventory';
import { OrderCancelled } from '@repo/contracts/order';
import { createKafka } from '@repo/events';
import { call, eventRecord, eventually, testLog } from '@repo/testing';
import { asStaff, ended, listProduct, ownUrls, placeOrder, staff, system, urls } from './whole-system.ts';

const SERVICES = ['order', 'inventory', 'payment', 'notification'] as const;
type Service = (typeof SERVICES)[number];

/** One operation of a service, as its OpenAPI document describes it. */
export interface Operation {
  service: Service;
  method: string;
  /** With its parameters in braces: /v1/orders/{id} */
  path: string;
  query: string[];
}

export async function operations(): Promise<Operation[]> {
  const found = SERVICES.map(async (service) => {
    const { paths } = (await call(`${ownUrls[service]}/openapi.json`)).body;
    return Object.entries<Record<string, { parameters?: { name: string; in: string }[] }>>(paths).flatMap(
      ([path, methods]) =>
        Object.entries(methods).map(([method, { parameters = [] }]) => ({
          service,
          method: method.toUpperCase(),
          path,
          query: parameters.filter((each) => each.in === 'query').map(({ name }) => name),
        })),
    );
  });
  return (await Promise.all(found)).flat();
}

/** Bodies that are valid, by the ends of the paths that take them. */
const BODIES: [RegExp, (sku: string) => object][] = [
  [/\/orders$/, (sku) => ({ lines: [{ sku, quantity: 1 }], paymentToken: 'tok_ok' })],
  [/\/products$/, () => ({ sku: 'NEW', name: 'New', priceCents: 1, currency: 'EUR', stock: 1 })],
  [/\/products\/\{sku\}$/, () => ({ name: 'Changed' })],
  [/\/restock$/, () => ({ quantity: 1 })],
  [/\/discard$/, () => ({ reason: 'a test' })],
  [/\/contacts\/me$/, () => ({ email: 'somebody@example.com' })],
];

/** Resources of every kind, which belong to the one caller who may do everything. */
export async function createResources() {
  const sku = await listProduct();
  const caller = { id: randomUUID(), token: staff, email: '' };
  const orderId: string = (await placeOrder(caller, { sku })).body.id;
  await ended(caller, orderId);
  const body = { email: 'somebody@example.com' };
  await call(`${urls.notification}/v1/contacts/me`, 'PUT', { token: staff, body });
  const letters = await parkLetters();

  /** The path of an operation with its parameters filled in, by the resources that there are unless told. */
  function pathOf(
    { service, path }: Operation,
    change: (name: string) => string | undefined = () => undefined,
  ) {
    return path.replace(/\{(\w+)\}/g, (_, name: string) => {
      const id = path.includes('dead-letters') ? letters[service] : orderId;
      return change(name) ?? (name === 'sku' ? sku : id);
    });
  }

  function send(operation: Operation, path: string, headers: Record<string, string> = {}) {
    const [, bodyOf] = BODIES.find(([pattern]) => pattern.test(operation.path)) ?? [];
    const isBodyTaken = ['POST', 'PUT', 'PATCH'].includes(operation.method) && bodyOf;
    return call(`${baseOf(operation)}${path}`, operation.method, {
      token: staff,
      ...(['POST', 'PATCH'].includes(operation.method) && { key: randomUUID() }),
      ...(isBodyTaken && { body: bodyOf(sku) }),
      headers,
    });
  }

  /** What there is, to be compared. */
  async function state() {
    const answers = await Promise.all([
      call(`${urls.order}/v1/orders/${orderId}`, 'GET', { token: staff }),
      call(`${urls.order}/v1/orders?limit=100`, 'GET', { token: staff }),
      call(`${urls.inventory}/v1/products/${sku}`),
      asStaff('GET', `/v1/products/${sku}/stock`),
      ...SERVICES.map((service) =>
        call(`${ownUrls[service]}/v1/dead-letters/${letters[service]}`, 'GET', { token: staff }),
      ),
    ]);
    return answers.map(({ status, text }) => [status, text]);
  }

  return { pathOf, send, state };
}

/** What every service has, such as its document and its dead letters, is found below its name. */
function baseOf({ service, path }: Operation): string {
  const isResource = path.startsWith('/v1/') && !path.startsWith('/v1/dead-letters');
  return (isResource ? urls : ownUrls)[service];
}

/** A dead letter in each service; resolves with their ids. */
async function parkLetters(): Promise<Record<Service, string>> {
  const { brokers } = system.running.servers.kafka;
  const kafka = createKafka({ brokers: brokers.split(','), clientId: 'e2e-operations', log: testLog });
  const orderId = randomUUID();
  const cancelled = { orderId, version: 2, customerId: randomUUID(), reason: 'customer', lines: [] } as const;
  const records = [
    eventRecord(OrderCancelled, { ...cancelled, lines: [{ sku: 'A', quantity: 1 }] }),
    eventRecord(StockReserved, { orderId, version: 1 }),
  ];
  const publisher = await kafka.openPublisher();
  await publisher.publish(
    records.map(({ topic, ...record }) => ({ topic, records: [{ ...record, value: '{"orderId":' }] })),
  );
  await publisher.close();
  const ids = SERVICES.map(async (service) => [service, await letterOf(service, orderId)]);
  return Object.fromEntries(await Promise.all(ids));
}

function letterOf(service: Service, key: string): Promise<string> {
  return eventually(
    async () => {
      const url = `${ownUrls[service]}/v1/dead-letters?key=${key}`;
      return (await call(url, 'GET', { token: staff })).body.items[0]?.id;
    },
    { timeoutMs: 30_000, what: `a dead letter in ${service}` },
  );
}
