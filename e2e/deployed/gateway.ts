import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { call } from '@repo/testing';

/** What the gateway promises that no service can, each as a sentence and the test of it. */
export const gatewayChecks: [promise: string, check: (gateway: string) => Promise<undefined>][] = [
  [
    'each resource is found by its path, whatever its service is called',
    async (gateway): Promise<undefined> => {
      const paths = ['/v1/orders', '/v1/payments?orderId=0', '/v1/messages', '/v2/orders', '/v1/products'];
      const answers = await Promise.all(paths.map((path) => call(gateway + path)));
      assert.deepEqual(
        answers.map(({ status, headers }) => `${status} ${headers.get('x-served-by')?.replace(/\d+$/, '')}`),
        ['401 order', '401 payment', '401 notification', '404 order', '200 inventory'],
      );
    },
  ],
  [
    'what is nobody’s is told as the services tell of errors',
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
    'products are answered from its cache while their Cache-Control allows, each under ids of its own',
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
    'what a customer may see alone is never cached',
    async (gateway): Promise<undefined> => {
      const path = `${gateway}/v1/orders/${randomUUID()}`;
      await call(path);
      assert.equal((await call(path)).headers.get('age'), null);
    },
  ],
  [
    'a client’s trace and request id go on behind it',
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

/** The replicas of the order service that answer, by the names that the gateway gives them. */
export async function orderReplicas(gateway: string, requests = 30): Promise<Set<string>> {
  const names = new Set<string>();
  for (let count = 0; count < requests; count++) {
    const { headers } = await call(`${gateway}/v1/orders`);
    names.add(headers.get('x-served-by') ?? '');
  }
  return names;
}
