import type { Cache } from '@repo/cache';
import { appendEvents } from '@repo/events';
import {
  etagOf,
  type HttpServer,
  noContent,
  preconditionFailure,
  requiredPreconditionFailure,
} from '@repo/http';
import {
  createIdempotentHandler,
  decidedRefusal,
  type IdempotentHandler,
  type KeyedRequest,
  keyHeader,
  replyIdempotently,
  requireKey,
} from '@repo/idempotency';
import type { Database } from '@repo/postgres';
import { type ChangeRequest, changeProduct } from './change-product.ts';
import { delistProduct } from './delist-product.ts';
import { listProduct } from './list-product.ts';
import type { Product, ProductRequest } from './product.ts';
import {
  changedResponse,
  IfMatch,
  listedResponse,
  noSuchProduct,
  ProductBody,
  ProductPatchBody,
  ProductView,
  requiredIfMatch,
  Sku,
  skuTaken,
} from './product-api.ts';
import { findProduct } from './product-store.ts';

export interface ProductAdminOptions {
  database: Database;
  cache: Cache;
  keyTtlHours: number;
  onCommit: () => void;
}

/** The routes by which administrators list, change and delist products. */
export function addProductAdminRoutes(app: HttpServer, options: ProductAdminOptions): void {
  const { database, cache, keyTtlHours, onCommit } = options;
  const listIdempotently = createIdempotentHandler<ProductRequest>({
    database,
    onCommit,
    perform: async (tx, requests) => {
      const { results, events } = await listProduct(tx, requests.map(asCommand));
      const outcomes = Array.from(
        results,
        ([{ request }, result]) => [request, listOutcome(request, result)] as const,
      );
      return { outcomes: new Map(outcomes), events };
    },
  });

  const changeIdempotently = createIdempotentHandler<ChangeRequest>({
    database,
    preconditions: 'perform',
    onCommit,
    perform: async (tx, requests) => {
      const { results, events } = await changeProduct(tx, requests.map(asCommand));
      const outcomes = Array.from(results, ([{ request }, result]) => [request, asOutcome(result)] as const);
      return { outcomes: new Map(outcomes), events };
    },
  });

  // Dropped before the response is sent, so that the administrator reads the own change.
  const changeAndDrop: IdempotentHandler<ChangeRequest> = async (request) => {
    const response = await changeIdempotently(request);
    await cache.drop(request.input.sku);
    return response;
  };

  app.route({
    method: 'POST',
    url: '/v1/products',
    config: { access: { scope: 'stock:write' } },
    preValidation: requireKey,
    schema: { headers: keyHeader(keyTtlHours), body: ProductBody, response: { 201: ProductView } },
    handler: (request, reply) => replyIdempotently(listIdempotently, request, reply, request.body),
  });

  app.route({
    method: 'PATCH',
    url: '/v1/products/:sku',
    config: { access: { scope: 'stock:write' } },
    preValidation: requireKey,
    schema: {
      headers: keyHeader(keyTtlHours).extend({ 'if-match': requiredIfMatch }),
      params: Sku,
      body: ProductPatchBody,
      response: { 200: ProductView },
    },
    handler: async (request, reply) => {
      const { sku } = request.params;
      if (sku === undefined || !(await findProduct(database, sku))) throw noSuchProduct();
      return replyIdempotently(changeAndDrop, request, reply, {
        sku,
        patch: request.body,
        refusalOf: (product) => requiredPreconditionFailure(request.headers, { etag: etagOf(product) }),
      });
    },
  });

  app.route({
    method: 'DELETE',
    url: '/v1/products/:sku',
    config: { access: { scope: 'stock:write' }, preconditions: 'handler' },
    schema: { headers: IfMatch, params: Sku, response: { 204: noContent } },
    handler: async (request, reply) => {
      const { sku } = request.params;
      if (sku === undefined) throw noSuchProduct();
      const refusalOf = (product: Product) => preconditionFailure(request.headers, { etag: etagOf(product) });
      await database.transaction(async (tx) => {
        const { traceparent } = request;
        const { result = noSuchProduct(), events } = await delistProduct(tx, { sku, refusalOf, traceparent });
        if (result instanceof Error) throw result;
        await appendEvents(tx, events);
      });
      onCommit();
      await cache.drop(sku);
      return reply.code(204).send();
    },
  });
}

function asCommand<Input extends object>(request: KeyedRequest<Input>) {
  return { ...request.input, traceparent: request.traceparent, request };
}

function listOutcome(request: KeyedRequest<ProductRequest>, result: Product | 'sku-taken') {
  if (result !== 'sku-taken') return listedResponse(result);
  const detail = `The sku ${request.input.sku} is used already and stays used. Choose another.`;
  return decidedRefusal(skuTaken(detail), request);
}

function asOutcome(result: Product | Error | undefined) {
  if (result === undefined) return noSuchProduct();
  return result instanceof Error ? result : changedResponse(result);
}
