import { randomUUID } from 'node:crypto';
import { type ServiceName, serviceNames, services } from '@repo/stack/topology';
import { call, eventually } from '@repo/testing';
import { v7 as uuidv7 } from 'uuid';
import { activeParts } from '../services/active-parts.ts';
import {
  asStaff,
  ended,
  kafka,
  listProduct,
  ownUrls,
  placeOrder,
  prepareCustomer,
  staff,
  urls,
} from './whole-system.ts';

/** One operation of a service, as its OpenAPI document describes it. */
export interface Operation {
  service: ServiceName;
  method: string;
  /** With its parameters in braces: /v1/orders/{id} */
  path: string;
  query: string[];
}

export async function operations(): Promise<Operation[]> {
  const found = serviceNames.map(async (service) => {
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

/** Valid bodies, by the ends of the paths that accept them. */
const BODIES: [RegExp, (sku: string) => object][] = [
  [/\/orders$/, (sku) => ({ lines: [{ sku, quantity: 1 }], paymentToken: 'tok_ok' })],
  [/\/products$/, () => ({ sku: 'NEW', name: 'New', priceCents: 1, currency: 'EUR', stock: 1 })],
  [/\/products\/\{sku\}$/, () => ({ name: 'Changed' })],
  [/\/restock$/, () => ({ quantity: 1 })],
  [/\/discard$/, () => ({ reason: 'a test' })],
  [/\/contacts\/me$/, () => ({ email: 'somebody@example.com' })],
];

/** Creates resources of every kind. They belong to one caller, who may do everything. */
export async function createResources() {
  const sku = await listProduct();
  const caller = { id: randomUUID(), token: staff };
  const orderId: string = (await placeOrder(caller, { sku })).body.id;
  await ended(caller, orderId);
  await prepareCustomer(caller);
  const deadLetters = await createDeadLetters();

  /** The path of an operation, with the parameters of these resources, or of `change`. */
  function pathOf(
    { service, path }: Operation,
    change: (name: string) => string | undefined = () => undefined,
  ) {
    return path.replace(/\{(\w+)\}/g, (_, name: string) => {
      const id = path.includes('dead-letters') ? deadLetters[service] : orderId;
      return change(name) ?? (name === 'sku' ? sku : (id ?? orderId));
    });
  }

  function send(operation: Operation, path: string, headers: Record<string, string> = {}) {
    const [, bodyOf] = BODIES.find(([pattern]) => pattern.test(operation.path)) ?? [];
    const hasBody = ['POST', 'PUT', 'PATCH'].includes(operation.method) && bodyOf;
    return call(`${baseOf(operation)}${path}`, operation.method, {
      token: staff,
      ...(['POST', 'PATCH'].includes(operation.method) && { key: randomUUID() }),
      ...(hasBody && { body: bodyOf(sku) }),
      headers,
    });
  }

  /** The present state of the resources, to be compared. */
  async function state() {
    const answers = await Promise.all([
      call(`${urls.order}/v1/orders/${orderId}`, 'GET', { token: staff }),
      call(`${urls.order}/v1/orders?limit=100`, 'GET', { token: staff }),
      call(`${urls.inventory}/v1/products/${sku}`),
      asStaff('GET', `/v1/products/${sku}/stock`),
      ...serviceNames.map((service) =>
        call(`${ownUrls[service]}/v1/dead-letters/${deadLetters[service]}`, 'GET', { token: staff }),
      ),
    ]);
    return answers.map(({ status, text }) => [status, text]);
  }

  return { pathOf, send, state };
}

/** Documents and dead letters, which every service has, are found below the service's name. */
function baseOf({ service, path }: Operation): string {
  const isResource = path.startsWith('/v1/') && !path.startsWith('/v1/dead-letters');
  return (isResource ? urls : ownUrls)[service];
}

/** Creates a dead letter in each service that consumes events. Resolves with their ids. */
async function createDeadLetters(): Promise<Partial<Record<ServiceName, string>>> {
  const publisher = await kafka.openPublisher();
  const entries = activeParts.map(async ({ service, consumes: [type] }) => {
    const topic = services[service].consumes[0]?.topics[0];
    if (!type || !topic) return [];
    const key = randomUUID();
    const headers = { ce_specversion: '1.0', ce_id: uuidv7(), ce_source: '/e2e', ce_type: type };
    const about = { ...headers, ce_time: new Date().toISOString(), ce_subject: key };
    await publisher.publish([{ topic, records: [{ key, value: '{"orderId":', headers: about }] }]);
    return [[service, await deadLetterOf(service, key)] as const];
  });
  const ids = await Promise.all(entries);
  await publisher.close();
  return Object.fromEntries(ids.flat());
}

function deadLetterOf(service: ServiceName, key: string): Promise<string> {
  return eventually(
    async () => {
      const url = `${ownUrls[service]}/v1/dead-letters?key=${key}`;
      return (await call(url, 'GET', { token: staff })).body.items[0]?.id;
    },
    { timeoutMs: 30_000, what: `a dead letter in ${service}` },
  );
}
