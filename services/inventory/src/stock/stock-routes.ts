import { etagOf, type HttpServer, ifMatch, preconditionFailure } from '@repo/http';
import { createIdempotentHandler, keyHeader, replyIdempotently, requireKey } from '@repo/idempotency';
import { operators } from '@repo/operations';
import type { Database } from '@repo/postgres';
import type { Product } from '../catalogue/product.ts';
import { noSuchProduct, RestockBody, Sku, StockView, stockResponse } from '../catalogue/product-api.ts';
import { type RestockRequest, restockProduct } from './restock-product.ts';
import type { Stock } from './stock.ts';
import { findStock } from './stock-store.ts';

/** The routes by which administrators restock products, and operators read the stock. */
export function addStock(
  app: HttpServer,
  { database, keyTtlHours, onCommit }: { database: Database; keyTtlHours: number; onCommit: () => void },
): void {
  const restockIdempotently = createIdempotentHandler<RestockRequest>({
    database,
    preconditions: 'perform',
    onCommit,
    perform: async (tx, requests) => {
      const results = await restockProduct(
        tx,
        requests.map((request) => ({ ...request.input, request })),
      );
      const outcomes = Array.from(results, ([{ request }, result]) => [request, asOutcome(result)] as const);
      return { outcomes: new Map(outcomes), events: [] };
    },
  });

  app.route({
    method: 'POST',
    url: '/v1/products/:sku/restock',
    config: { access: { scope: 'stock:write' } },
    preValidation: requireKey,
    schema: {
      headers: keyHeader(keyTtlHours).extend({ 'if-match': ifMatch }),
      params: Sku,
      body: RestockBody,
      response: { 200: StockView },
    },
    handler: async (request, reply) => {
      const { sku } = request.params;
      if (sku === undefined || !(await findStock(database, sku))) throw noSuchProduct();
      const { quantity } = request.body;
      const refusalOf = (product: Product) => preconditionFailure(request.headers, { etag: etagOf(product) });
      return replyIdempotently(restockIdempotently, request, reply, { sku, quantity, refusalOf });
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/products/:sku/stock',
    config: { access: operators },
    schema: { params: Sku, response: { 200: StockView } },
    handler: async (request) => {
      const { sku } = request.params;
      const stock = sku !== undefined && (await findStock(database, sku));
      if (!stock) throw noSuchProduct();
      return stock;
    },
  });
}

function asOutcome(result: Stock | Error | undefined) {
  if (result === undefined) return noSuchProduct();
  return result instanceof Error ? result : stockResponse(result);
}
