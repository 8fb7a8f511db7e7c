import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Logger } from '@repo/observability';
import { call, testLog } from '@repo/testing';
import { behind, createServer, post, token, url } from './server-under-test.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';

test('a response has the request id of the client, if it is valid', async () => {
  const responseIdOf = async (id: string) =>
    (await call(`${url}/things`, 'GET', { headers: { 'x-request-id': id } })).headers.get('x-request-id');

  assert.equal(await responseIdOf('my-request:1.2_3'), 'my-request:1.2_3');
  for (const invalid of ['', 'two words', 'a'.repeat(129), '<script>', '"quoted"', 'a,b'])
    assert.match((await responseIdOf(invalid)) ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-7/, invalid);
});

test('every response has a request id and a traceparent', async () => {
  const responses = await Promise.all([
    call(`${url}/things`),
    call(`${url}/nowhere`),
    call(`${url}/livez`),
    call(`${url}/things/%E0%A4%A`),
    post({ token: 'wrong' }),
    post({ body: '{' }),
    post({ body: JSON.stringify({ code: 'A'.repeat(64 * 1024) }) }),
  ]);

  for (const { status, headers } of responses) {
    assert.match(headers.get('x-request-id') ?? '', /^[\w-]{36}$/, String(status));
    assert.match(headers.get('traceparent') ?? '', /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/, String(status));
  }
});

test('the trace of the client is continued, in a new span', async () => {
  const traceparent = `00-${TRACE}-b7ad6b7169203331-01`;

  const { headers } = await call(`${url}/things`, 'GET', { headers: { traceparent } });

  const [, traceId, spanId, flags] = (headers.get('traceparent') ?? '').split('-');
  assert.equal(traceId, TRACE);
  assert.equal(flags, '01');
  assert.notEqual(spanId, 'b7ad6b7169203331');
});

test('a traceparent of a later version continues the trace, and is propagated as version 00', async () => {
  const traceparent = `01-${TRACE}-b7ad6b7169203331-01-what-will-be`;

  const { headers } = await call(`${url}/things`, 'GET', { headers: { traceparent } });

  assert.match(headers.get('traceparent') ?? '', new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
});

test('the sampling flag of a client is ignored', async () => {
  const traceparent = `00-${TRACE}-b7ad6b7169203331-00`;

  const { headers } = await call(`${url}/things`, 'GET', { headers: { traceparent } });

  assert.match(headers.get('traceparent') ?? '', new RegExp(`^00-${TRACE}-.*-01$`));
});

/** The methods of the requests that a server logs, if none is sampled. */
async function methodsLogged(statusCode = 204): Promise<unknown[]> {
  const methods: unknown[] = [];
  const log: Logger = testLog.child({});
  log.info = (facts: object) => void methods.push((facts as { method?: string }).method);
  const app = await createServer({ log });
  app.addHook('onRequest', async (request) => {
    request.traceparent = `00-${TRACE}-b7ad6b7169203331-00`;
  });
  const all = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
  app.route({
    method: all.filter((method) => method !== 'HEAD'),
    url: '/changes',
    config: { access: 'authenticated' },
    handler: async (_request, reply) => reply.code(statusCode).send(),
  });
  for (const method of all)
    await app.inject({ method, url: '/changes', headers: { authorization: `Bearer ${token}` } });
  await app.close();
  return methods;
}

test('a request that changes something is logged, whether its trace is recorded or not', async () => {
  assert.deepEqual(await methodsLogged(), ['POST', 'PUT', 'PATCH', 'DELETE']);
});

test('a request that is refused under load is not logged unless its trace is recorded', async () => {
  assert.deepEqual(await methodsLogged(503), []);
});

test('a malformed traceparent begins a new trace', async () => {
  for (const traceparent of [
    '',
    'x',
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `ff-${TRACE}-b7ad6b7169203331-01`,
  ]) {
    const { status, headers } = await call(`${url}/things`, 'GET', { headers: { traceparent } });
    assert.equal(status, 200);
    assert.match(headers.get('traceparent') ?? '', /^00-(?!0{32})[0-9a-f]{32}-/);
    assert.doesNotMatch(headers.get('traceparent') ?? '', new RegExp(TRACE));
  }
});

test('/livez passes always, and /readyz while the servers that it needs are available', async (t) => {
  t.after(() => {
    behind.ready = async () => {};
  });
  assert.equal((await call(`${url}/readyz`)).status, 200);

  behind.ready = async () => {
    throw new Error('the database is down');
  };

  const { status, headers, text } = await call(`${url}/readyz`);
  assert.equal(status, 503);
  assert.equal(headers.get('retry-after'), '1');
  assert.doesNotMatch(text, /database/);
  assert.equal((await call(`${url}/livez`)).status, 200);
});

test('a check that hangs fails /readyz', async (t) => {
  t.after(() => {
    behind.ready = async () => {};
  });
  behind.ready = () => new Promise(() => {});

  assert.equal((await call(`${url}/readyz`)).status, 503);
});

test('the OpenAPI document describes every route, its schemas and its access', async () => {
  const { status, body } = await call(`${url}/openapi.json`);

  assert.equal(status, 200);
  assert.match(body.openapi, /^3\.1/);
  const { post: create } = body.paths['/things/{id}'];
  assert.deepEqual(create.security, [{ token: [] }]);
  const schema = create.requestBody.content['application/json'].schema;
  assert.deepEqual(schema.required, ['code']);
  assert.equal(schema.additionalProperties, false);
  assert.deepEqual(
    create.parameters.map(({ name, in: place, required }: Record<string, unknown>) => [
      name,
      place,
      required,
    ]),
    [['id', 'path', true]],
  );
  const { get: list } = body.paths['/things'];
  assert.equal(list.security, undefined);
  assert.deepEqual(
    list.parameters.map(({ name, required }: Record<string, unknown>) => [name, required ?? false]),
    [
      ['limit', false],
      ['after', false],
    ],
  );
});

test('the OpenAPI document describes the preconditions of every operation', async () => {
  const { body } = await call(`${url}/openapi.json`);

  assert.match(body.info.description, /If-Match.*412/);
  assert.ok(body.components.schemas.Problem.properties.type);
  for (const operations of Object.values(body.paths))
    for (const [method, operation] of Object.entries(operations as Record<string, { responses: object }>)) {
      const expected = method === 'get' ? ['304', '412'] : ['412'];
      assert.deepEqual(
        Object.keys(operation.responses).filter((status) => !status.startsWith('2')),
        expected,
      );
    }
});

test('a server that closes is not ready, and answers new and running requests', async () => {
  const app = await createServer();
  const [begun, closing, gate] = [0, 1, 2].map(() => Promise.withResolvers<void>());
  app.get('/slow', { config: { access: 'authenticated' } }, async () => {
    begun?.resolve();
    await gate?.promise;
    return { done: true };
  });
  app.addHook('preClose', async () => {
    closing?.resolve();
    await gate?.promise;
  });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const slow = call(`${address}/slow`, 'GET', { token });
  await begun?.promise;

  const closed = app.close();
  await closing?.promise;
  const [ready, live] = [await call(`${address}/readyz`), await call(`${address}/livez`)];
  gate?.resolve();

  assert.equal(ready.status, 503);
  assert.match(ready.body.type, /overloaded$/);
  assert.equal(live.status, 200);
  assert.deepEqual((await slow).body, { done: true });
  await closed;
  await assert.rejects(call(`${address}/livez`));
});
