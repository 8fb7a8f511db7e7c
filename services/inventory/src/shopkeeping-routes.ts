import type { Cache } from '@repo/cache';
import { appendEvents } from '@repo/events';
import {
  etagOf,
  type HttpServer,
  noContent,
  preconditionFailure,
  problem,
  requiredPreconditionFailure,
} from '@repo/http';
import { answerOnce, createOnce, decidedRefusal, keyHeader, type Once, requireKey } from '@repo/idempotency';
import type { Database } from '@repo/postgres';
import { type ChangeRequest, changeProduct } from './change-product.ts';
import { delistProduct } from './delist-product.ts';
import { listProduct } from './list-product.ts';
import type { Product, ProductRequest } from './product.ts';
import {
  changedAnswer,
  IfMatch,
  listedAnswer,
  noSuchProduct,
  ProductBody,
  ProductView,
  requiredIfMatch,
  Sku,
  WishBody,
} from './product-api.ts';
import { findProduct } from './product-store.ts';

export interface ShopkeepingOptions {
  database: Database;
  cache: Cache;
  keyTtlHours: number;
  onCommit: () => void;
}

/** What this service does for those who run the shop: it lists, changes and delists products. */
export function addShopkeeping(app: HttpServer, options: ShopkeepingOptions): void {
  const { database, cache, keyTtlHours, onCommit } = options;
  const listOnce = createOnce<ProductRequest>({
    database,
    onCommit,
    perform: async (tx, requests) => {
      const { results, says } = await listProduct(
        tx,
        requests.map(({ input, traceparent }) => ({ ...input, traceparent })),
      );
      const outcomes = results.map((result, index) => {
        const request = requests[index] as (typeof requests)[number];
        if (result !== 'sku-taken') return listedAnswer(result);
        const detail = `The sku ${request.input.sku} is taken, for good. Choose another.`;
        return decidedRefusal(problem('sku-taken', detail), request);
      });
      return { outcomes, says };
    },
  });

  const changeOnce = createOnce<ChangeRequest>({
    database,
    preconditions: 'perform',
    onCommit,
    perform: async (tx, requests) => {
      const { results, says } = await changeProduct(
        tx,
        requests.map(({ input, traceparent }) => ({ ...input, traceparent })),
      );
      return { outcomes: results.map(asOutcome), says };
    },
  });

  // Dropped before the answer goes out, so that whoever has made a change sees it here.
  const changeAndDrop: Once<ChangeRequest> = async (request) => {
    const answer = await changeOnce(request);
    await cache.drop(request.input.sku);
    return answer;
  };

  app.route({
    method: 'POST',
    url: '/v1/products',
    config: { access: { scope: 'stock:write' } },
    preValidation: requireKey,
    schema: { headers: keyHeader(keyTtlHours), body: ProductBody, response: { 201: ProductView } },
    handler: (request, reply) => answerOnce(listOnce, request, reply, request.body),
  });

  app.route({
    method: 'PATCH',
    url: '/v1/products/:sku',
    config: { access: { scope: 'stock:write' } },
    preValidation: requireKey,
    schema: {
      headers: keyHeader(keyTtlHours).extend({ 'if-match': requiredIfMatch }),
      params: Sku,
      body: WishBody,
      response: { 200: ProductView },
    },
    handler: async (request, reply) => {
      const { sku } = request.params;
      if (sku === undefined || !(await findProduct(database, sku))) throw noSuchProduct();
      return answerOnce(changeAndDrop, request, reply, {
        sku,
        wish: request.body,
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
        const { result = noSuchProduct(), says } = await delistProduct(tx, { sku, refusalOf, traceparent });
        if (result instanceof Error) throw result;
        await appendEvents(tx, says);
      });
      onCommit();
      await cache.drop(sku);
      return reply.code(204).send();
    },
  });
}

function asOutcome(result: Product | Error | undefined) {
  if (result === undefined) return noSuchProduct();
  return result instanceof Error ? result : changedAnswer(result);
}
