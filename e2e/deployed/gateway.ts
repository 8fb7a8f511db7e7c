import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { isService } from '@repo/stack/topology';
import { call } from '@repo/testing';

/** A path of each resource, with the status and the service that must answer it. */
const RESOURCES = [
  ['/v1/orders', '401', 'order'],
  ['/v1/payments?orderId=0', '401', 'payment'],
  ['/v1/messages', '401', 'notification'],
  ['/v2/orders', '404', 'order'],
  ['/v1/products', '200', 'inventory'],
] as const;

/** The promises of the gateway that no service can keep, each as a sentence and its test. */
export const gatewayChecks: [promise: string, check: (gateway: string) => Promise<undefined>][] = [
  [
    'each resource is found by its path alone',
    async (gateway): Promise<undefined> => {
      const resources = RESOURCES.filter(([, , service]) => isService(service));
      const answers = await Promise.all(resources.map(([path]) => call(gateway + path)));
      assert.deepEqual(
        answers.map(({ status, headers }) => `${status} ${headers.get('x-served-by')?.replace(/\d+$/, '')}`),
        resources.map(([, status, service]) => `${status} ${service}`),
      );
    },
  ],
  [
    'an unknown path gets a problem document like those of the services',
    async (gateway): Promise<undefined> => {
      const { status, headers, body } = await call(`${gateway}/v1/dead-letters`);
      assert.equal(status, 404);
      assert.equal(headers.get('content-type'), 'application/problem+json');
      assert.match(body.type, /\/not-found$/);
      assert.match(body.traceId, /^[0-9a-f]{32}$/);
      assert.equal(headers.get('traceparent')?.split('-')[1], body.traceId);
    },
  ],
  [
    'products are answered from the cache while their Cache-Control allows, each answer with its own ids',
    async (gateway): Promise<undefined> => {
      const path = `${gateway}/v1/products?limit=7`;
      const [first, second] = [
        await call(path),
        await call(path, 'GET', { headers: { 'x-request-id': 'mine' } }),
      ];
      assert.equal(first.headers.get('age'), null);
      assert.notEqual(second.headers.get('age'), null);
      assert.equal(second.text, first.text);
      assert.equal(second.headers.get('x-request-id'), 'mine');
      assert.notEqual(second.headers.get('traceparent'), first.headers.get('traceparent'));
    },
  ],
  [
    'a private answer is never cached',
    async (gateway): Promise<undefined> => {
      const path = `${gateway}/v1/orders/${randomUUID()}`;
      await call(path);
      assert.equal((await call(path)).headers.get('age'), null);
    },
  ],
  [
    'a client’s trace and request id are passed on',
    async (gateway): Promise<undefined> => {
      const headers = {
        traceparent: `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`,
        'x-request-id': 'of-the-client',
      };
      const answer = await call(`${gateway}/v1/orders`, 'GET', { headers });
      assert.equal(answer.headers.get('x-request-id'), 'of-the-client');
      assert.match(answer.headers.get('traceparent') ?? '', new RegExp(`^00-${'ab'.repeat(16)}-`));
    },
  ],
];

/** The replicas of the order service that answer, by their names in the gateway. */
export async function orderReplicas(gateway: string, requests = 30): Promise<Set<string>> {
  const names = new Set<string>();
  for (let count = 0; count < requests; count++) {
    const { headers } = await call(`${gateway}/v1/orders`);
    names.add(headers.get('x-served-by') ?? '');
  }
  return names;
}
