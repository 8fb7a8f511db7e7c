import type { HttpServer } from '@tenfold/http';
import { answerOnce, createOnce, keyHeader, requireKey } from '@tenfold/idempotency';
import type { Database } from '@tenfold/postgres';
import { noSuchProduct, RestockBody, Sku, StockView, stockAnswer } from './product-api.ts';
import { restockProduct } from './restock-product.ts';
import { findStock } from './stock-store.ts';

/** What this service answers of the stock: to those who bring it in, and to those who watch over it. */
export function addStock(
  app: HttpServer,
  { database, keyTtlHours, onCommit }: { database: Database; keyTtlHours: number; onCommit: () => void },
): void {
  const restockOnce = createOnce<{ sku: string; quantity: number }>({
    database,
    onCommit,
    perform: async (tx, requests) => {
      const stock = await restockProduct(
        tx,
        requests.map((request) => request.input),
      );
      return { outcomes: stock.map((each) => (each ? stockAnswer(each) : noSuchProduct())), says: [] };
    },
  });

  app.route({
    method: 'POST',
    url: '/v1/products/:sku/restock',
    config: { access: { scope: 'stock:write' } },
    preValidation: requireKey,
    schema: { headers: keyHeader(keyTtlHours), params: Sku, body: RestockBody, response: { 200: StockView } },
    handler: async (request, reply) => {
      const { sku } = request.params;
      if (sku === undefined || !(await findStock(database, sku))) throw noSuchProduct();
      return answerOnce(restockOnce, request, reply, { sku, quantity: request.body.quantity });
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/products/:sku/stock',
    config: { access: { scope: 'operations' } },
    schema: { params: Sku, response: { 200: StockView } },
    handler: async (request) => {
      const { sku } = request.params;
      const stock = sku !== undefined && (await findStock(database, sku));
      if (!stock) throw noSuchProduct();
      return stock;
    },
  });
}
