// The route that places an order, without a database: the cost of HTTP, tokens and validation alone.

import { randomUUID } from 'node:crypto';
import { sku } from '@repo/contracts/fields';
import { callerOf, createHttpServer, fields } from '@repo/http';
import { createLogger } from '@repo/observability';
import { z } from 'zod';
import { environment, reportReady } from './process.ts';

const Body = z.strictObject({
  lines: z
    .array(z.strictObject({ sku, quantity: z.int().min(1).max(1_000) }))
    .min(1)
    .max(50),
  paymentToken: z.string().regex(/^tok_\w{1,64}$/),
  metadata: fields.metadata.default({}),
});

const env = environment('IDENTITY_ISSUER', 'IDENTITY_JWKS_URL');
const app = await createHttpServer({
  service: 'floor',
  identity: { issuer: env.IDENTITY_ISSUER, jwksUrl: env.IDENTITY_JWKS_URL, audience: 'tenfold' },
  log: createLogger('floor', 'warn'),
  checkReady: async () => {},
  isUnavailable: () => false,
});

app.route({
  method: 'POST',
  url: '/v1/orders',
  config: { access: 'authenticated' },
  schema: { body: Body, response: { 201: z.looseObject({ id: z.guid() }) } },
  handler: async (request, reply) => {
    const { lines, metadata } = request.body;
    const customerId = callerOf(request).id;
    return reply.code(201).send({ id: randomUUID(), status: 'placed', customerId, lines, metadata });
  },
});

reportReady(await app.listen({ host: '127.0.0.1', port: 0 }));
