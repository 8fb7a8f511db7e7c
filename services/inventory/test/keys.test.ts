import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { type Answer, eventually } from '@repo/testing';
import {
  database,
  identity,
  isAnyoneWaiting,
  listWith,
  newSku,
  patch,
  post,
  productOf,
  query,
  statusOf,
} from './inventory-service.ts';

/** A request that succeeds, except for the change of a case. */
interface Request {
  sku: string;
  path: string;
  body: Record<string, unknown>;
}

interface Route {
  /** As in the table of keys: 'POST /v1/products/:sku/restock'. */
  name: string;
  /** A request for a product of its own. */
  newRequest: () => Promise<Request>;
  /** Another valid body. */
  otherBody: (request: Request) => Record<string, unknown>;
  /** How many times it has taken effect. */
  effects: (request: Request) => Promise<number>;
}

const ROUTES: Route[] = [
  {
    name: 'POST /v1/products',
    newRequest: async () => {
      const sku = newSku();
      return { sku, path: '/v1/products', body: productOf(sku) };
    },
    otherBody: ({ body }) => ({ ...body, stock: 8 }),
    effects: async ({ sku }) => (await query('select id from products where sku = $1', [sku])).length,
  },
  {
    name: 'PATCH /v1/products/:sku',
    newRequest: async () => {
      const sku = await listWith(7);
      return { sku, path: `/v1/products/${sku}`, body: { name: 'New', metadata: { a: 1 } } };
    },
    otherBody: ({ body }) => ({ ...body, name: 'Newer' }),
    effects: async ({ sku }) => {
      const [row] = await query<{ version: number }>('select version from products where sku = $1', [sku]);
      return (row?.version as number) - 1;
    },
  },
  {
    name: 'POST /v1/products/:sku/restock',
    newRequest: async () => {
      const sku = await listWith(0);
      return { sku, path: `/v1/products/${sku}/restock`, body: { quantity: 3 } };
    },
    otherBody: () => ({ quantity: 4 }),
    effects: async ({ sku }) => {
      const [row] = await query<{ restocked: number }>('select restocked from stock where sku = $1', [sku]);
      return (row?.restocked as number) / 3;
    },
  },
];

type Send = (request: Request, options?: { key?: string; token?: string }) => Promise<Answer>;

const sendTo = ({ name }: Route): Send => {
  const ask = name.startsWith('PATCH') ? patch : post;
  return ({ path, body }, options) => ask(path, { body, ...options });
};

interface Context {
  route: Route;
  /** Another route that needs keys. */
  neighbour: Route;
  request: Request;
  key: string;
  send: Send;
}

const CASES: [string, (context: Context) => Promise<void>][] = [
  [
    'a request with a new key takes effect',
    async ({ route, request, key, send }) => {
      const response = await send(request, { key });

      assertFresh(response);
      assert.equal(await route.effects(request), 1);
    },
  ],
  [
    'a repeated request gets the first response, byte for byte, whatever has happened since',
    async ({ route, request, key, send }) => {
      const first = await send(request, { key });
      const path = `/v1/products/${request.sku}`;
      assert.equal((await patch(path, { body: { priceCents: 1 } })).status, 200);
      assert.equal((await post(`${path}/restock`, { body: { quantity: 3 } })).status, 200);
      const before = await route.effects(request);

      for (let index = 0; index < 2; index++) assertReplayed(await send(request, { key }), first);
      assert.equal(await route.effects(request), before);
    },
  ],
  [
    'a repeated request with its fields in another order is the same request',
    async ({ request, key, send }) => {
      const first = await send(request, { key });
      const body = Object.fromEntries(Object.entries(request.body).reverse());

      assertReplayed(await send({ ...request, body }, { key }), first);
    },
  ],
  [
    'a key that was used for another body is refused',
    async ({ route, request, key, send }) => {
      const first = await send(request, { key });
      const reused = await send({ ...request, body: route.otherBody(request) }, { key });

      assert.equal(statusOf(reused), '422 idempotency-key-reused');
      assert.equal(await route.effects(request), 1);
      assertReplayed(await send(request, { key }), first);
    },
  ],
  [
    'a key that was used for another product is refused',
    async ({ route, request, key, send }) => {
      await send(request, { key });
      const other = await route.newRequest();

      assert.equal(statusOf(await send(other, { key })), '422 idempotency-key-reused');
      assert.equal(await route.effects(other), 0);
    },
  ],
  [
    'a request without a key is refused, and changes nothing',
    async ({ route, request, send }) => {
      assert.equal(
        statusOf(await send(request, { key: undefined } as object)),
        '400 idempotency-key-missing',
      );
      assert.equal(await route.effects(request), 0);
    },
  ],
  [
    'a request with a key that is empty, too long or of invalid characters is refused, and changes nothing',
    async ({ route, request, send }) => {
      for (const key of ['', '""', 'a'.repeat(256), 'two words', 'é'])
        assert.equal(statusOf(await send(request, { key })), '400 idempotency-key-invalid', key);
      assert.equal(await route.effects(request), 0);
    },
  ],
  [
    'a key of 255 characters is accepted',
    async ({ request, key, send }) => assertFresh(await send(request, { key: key.padEnd(255, '~') })),
  ],
  [
    'a key is the same quoted and bare',
    async ({ route, request, key, send }) => {
      const first = await send(request, { key: `"${key}"` });

      assertFresh(first);
      assertReplayed(await send(request, { key }), first);
      assert.equal(await route.effects(request), 1);
    },
  ],
  [
    'the same key of another caller is another key',
    async ({ route, request, key, send }) => {
      const other = await route.newRequest();
      await send(request, { key });

      assertFresh(await send(other, { key, token: await identity.token({ scope: 'stock:write' }) }));
      assert.equal(await route.effects(other), 1);
    },
  ],
  [
    'the same key for another route is another key',
    async ({ neighbour, request, key, send }) => {
      await send(request, { key });
      const other = await neighbour.newRequest();

      assertFresh(await sendTo(neighbour)(other, { key }));
      assert.equal(await neighbour.effects(other), 1);
    },
  ],
  [
    'a request that is not valid leaves its key unused',
    async ({ route, request, key, send }) => {
      const invalid = { ...request, body: { ...request.body, nobody: 'knows' } };
      assert.equal(statusOf(await send(invalid, { key })), '400 invalid-request');
      assert.equal(await route.effects(request), 0);

      assertFresh(await send(request, { key }));
    },
  ],
  [
    'of ten duplicates at once one takes effect, and each gets its response, or 409 with Retry-After',
    async ({ route, request, key, send }) => {
      const responses = await Promise.all(Array.from({ length: 10 }, () => send(request, { key })));

      const [done, ...more] = responses.filter((response) => isFresh(response));
      assert.ok(done);
      assert.deepEqual(more, []);
      for (const response of responses.filter((each) => each !== done)) {
        if (response.status === 409) assertInProgress(response);
        else assertReplayed(response, done);
      }
      assert.equal(await route.effects(request), 1);
    },
  ],
  [
    'a duplicate of a running request gets 409 with Retry-After, and later its response',
    async ({ route, request, key, send }) => {
      let first: Promise<Answer> | undefined;
      await database.transaction(async (tx) => {
        // A request that lists, changes or restocks has to wait for this.
        await tx.query({ text: 'lock table products, stock in exclusive mode', values: [] });
        first = send(request, { key });
        await eventually(isAnyoneWaiting, { what: 'the first to be running' });
        assertInProgress(await send(request, { key }));
      });

      assertFresh(await (first as Promise<Answer>));
      assertReplayed(await send(request, { key }), await (first as Promise<Answer>));
      assert.equal(await route.effects(request), 1);
    },
  ],
];

for (const [index, route] of ROUTES.entries()) {
  const neighbour = ROUTES[(index + 1) % ROUTES.length] as Route;
  for (const [sentence, check] of CASES) {
    test(`${route.name}: ${sentence}`, async () => {
      const request = await route.newRequest();
      await check({ route, neighbour, request, key: randomUUID(), send: sendTo(route) });
    });
  }
}

test('POST /v1/products: a refusal of a used sku is final: it uses the key and is replayed unchanged', async () => {
  const [sku, key] = [await listWith(7), randomUUID()];
  const first = await post('/v1/products', { key, body: productOf(sku) });
  const again = await post('/v1/products', { key, body: productOf(sku) });
  const reused = await post('/v1/products', { key, body: productOf(newSku()) });

  assert.equal(statusOf(first), '409 sku-taken');
  assertReplayed(again, first);
  assert.equal(statusOf(reused), '422 idempotency-key-reused');
});

for (const route of ROUTES.slice(1)) {
  test(`${route.name}: an unknown product leaves the key unused`, async () => {
    const [request, key] = [await route.newRequest(), randomUUID()];
    const unknown = { ...request, path: request.path.replace(request.sku, newSku()) };

    assert.equal(statusOf(await sendTo(route)(unknown, { key })), '404 not-found');
    assertFresh(await sendTo(route)(request, { key }));
  });
}

for (const [what, headers, expected] of [
  ['no If-Match', {}, '428 precondition-required'],
  ['an If-Match that does not match', { 'if-match': '"7"' }, '412 precondition-failed'],
] as const) {
  test(`PATCH /v1/products/:sku: ${what} leaves the key unused`, async () => {
    const [path, key] = [`/v1/products/${await listWith(1)}`, randomUUID()];
    const body = { name: 'New' };

    assert.equal(statusOf(await patch(path, { key, body, headers })), expected);
    assertFresh(await patch(path, { key, body }));
  });
}

test('PATCH /v1/products/:sku: a key that was used with another If-Match is refused', async () => {
  const [path, key] = [`/v1/products/${await listWith(1)}`, randomUUID()];
  const change = (tag: string) => patch(path, { key, body: { name: 'New' }, headers: { 'if-match': tag } });
  const first = await change('"1"');

  assert.equal(statusOf(await change('"2"')), '422 idempotency-key-reused');
  // This request has replaced the version that it names.
  assertReplayed(await change('"1"'), first);
});

function isFresh({ status, headers }: Answer): boolean {
  return status < 300 && !headers.has('idempotent-replayed');
}

function assertFresh(response: Answer): void {
  assert.ok(isFresh(response), `${statusOf(response)} ${response.text}`);
}

function assertReplayed(response: Answer, first: Answer): void {
  assert.equal(response.headers.get('idempotent-replayed'), 'true', response.text);
  assert.equal(response.status, first.status);
  assert.equal(response.text, first.text);
  for (const name of ['location', 'etag', 'content-type'])
    assert.equal(response.headers.get(name), first.headers.get(name), name);
}

function assertInProgress(response: Answer): void {
  assert.equal(statusOf(response), '409 idempotency-key-in-progress');
  assert.match(response.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
}
