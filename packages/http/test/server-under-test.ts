import { randomUUID } from 'node:crypto';
import { atTheEnd, type CallOptions, call, startTokenIssuer, testLog } from '@repo/testing';
import { z } from 'zod';
import {
  callerOf,
  createHttpServer,
  fields,
  type HttpOptions,
  pageQuery,
  problem,
  sendPage,
  sendVersioned,
} from '../src/index.ts';

export const identity = await startTokenIssuer();
export const token = await identity.token();

/** The check of /readyz, which a test may change, and the error that isUnavailable recognises. */
export const behind = { ready: async () => {}, unavailable: new Error('the database is down') };

/** A server that does not listen yet, for a test that declares routes. It is never overloaded, however busy the machine. */
export function createServer(more: Partial<HttpOptions> = {}) {
  return createHttpServer({
    service: 'test',
    identity,
    log: testLog,
    checkReady: () => behind.ready(),
    isUnavailable: (error) => error === behind.unavailable,
    maxDelayMs: 60_000,
    ...more,
  });
}

const code = z.string().regex(/^[A-Z]+$/, 'A code has characters from A to Z.');

const Thing = z.strictObject({
  code,
  'odd/na~me': z.int().optional(),
  metadata: fields.metadata.default({}),
});
const Texts = z.strictObject({
  text: z.string().optional(),
  list: z.string().optional(),
  cursor: pageQuery(z.tuple([z.string(), z.string()])).after,
});
const things = ['A', 'B', 'C', 'D', 'E'].map((name) => ({ code: name }));

/** A server with a route of each kind. */
async function startServer(): Promise<string> {
  const app = await createServer();
  app.route({
    method: 'POST',
    url: '/things/:id',
    config: { access: 'authenticated' },
    preValidation: async (request) => {
      if (request.headers['x-refuse-key'])
        throw problem('idempotency-key-invalid', 'Refused by preValidation.');
    },
    schema: { params: z.strictObject({ id: z.uuid() }), body: Thing },
    handler: async (request) => ({ ...request.body, caller: callerOf(request), ...request.params }),
  });
  app.route({
    method: 'GET',
    url: '/things',
    config: { access: 'public' },
    schema: { querystring: z.strictObject(pageQuery(code)) },
    handler: async (request, reply) => {
      const { limit, after } = request.query;
      const items = things.filter((thing) => !after || thing.code > after).slice(0, limit + 1);
      return sendPage(request, reply, items, {
        limit,
        positionOf: (thing) => thing.code,
        view: (thing) => thing,
      });
    },
  });
  app.route({
    method: 'GET',
    url: '/things/:id',
    config: { access: 'public' },
    handler: async (_request, reply) => sendVersioned(reply, { version: 7 }),
  });
  app.route({
    method: 'GET',
    url: '/texts',
    config: { access: 'public' },
    schema: { querystring: Texts },
    handler: async (request) => request.query,
  });
  app.route({
    method: 'POST',
    url: '/guarded',
    config: { access: { scope: 'things:write' } },
    handler: async () => ({}),
  });
  app.route({
    method: 'GET',
    url: '/fails/:how',
    config: { access: 'public' },
    schema: { params: z.object({ how: z.string() }) },
    handler: async ({ params }) => {
      if (params.how === 'unavailable') throw behind.unavailable;
      throw new Error('select * from secrets failed at /home/somebody/app.ts');
    },
  });
  atTheEnd(() => app.close());
  return app.listen({ host: '127.0.0.1', port: 0 });
}

export const url = await startServer();

/** POSTs a valid request, with the given changes. */
export function post(options: CallOptions = {}, path = `/things/${randomUUID()}`) {
  return call(`${url}${path}`, 'POST', { token, body: { code: 'A' }, ...options });
}
