import type { Cache } from '@tenfold/cache';
import { fields, type HttpServer, problem, sendPage, sendVersioned } from '@tenfold/http';
import { answerOnce, createOnce, decidedRefusal, requireKey } from '@tenfold/idempotency';
import type { Database } from '@tenfold/postgres';
import { listProduct } from './list-product.ts';
import type { ProductRequest } from './product.ts';
import {
  listedAnswer,
  ProductBody,
  ProductPage,
  ProductQuery,
  ProductView,
  RestockBody,
  Sku,
  StockView,
  stockAnswer,
  viewOf,
} from './product-api.ts';
import { findProduct, listProducts } from './product-store.ts';
import { restockProduct } from './restock-product.ts';
import { findStock } from './stock-store.ts';

export interface RouteOptions {
  database: Database;
  cache: Cache;
  onCommit: () => void;
}

const isSku = (text: string) => fields.sku.safeParse(text).success;
const noSuchProduct = () => problem('not-found', 'There is no such product.');

/** What a client may keep for two seconds, and the cache for three, nobody sees more than five seconds stale. */
export const CACHE_TTL_MS = 3_000;
const CACHE_CONTROL = 'public, max-age=2';

/** What this service answers over HTTP: the catalogue to everyone, the rest to those who run the shop. */
export function addRoutes(app: HttpServer, options: RouteOptions): void {
  addCatalogue(app, options);
  addShopkeeping(app, options);
}

function addCatalogue(app: HttpServer, { database, cache }: RouteOptions): void {
  app.route({
    method: 'GET',
    url: '/v1/products',
    config: { access: 'public' },
    schema: { querystring: ProductQuery, response: { 200: ProductPage } },
    handler: async (request, reply) => {
      const { after, limit } = request.query;
      const products = await cache.get(`list:${limit}:${after ?? ''}`, async () =>
        (await listProducts(database, { after, limit: limit + 1 })).map(viewOf),
      );
      reply.header('cache-control', CACHE_CONTROL);
      return sendPage(request, reply, products, {
        limit,
        positionOf: ({ sku }) => sku,
        view: (product) => product,
        tagged: true,
      });
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/products/:sku',
    config: { access: 'public' },
    schema: { params: Sku, response: { 200: ProductView } },
    handler: async (request, reply) => {
      const { sku } = request.params;
      if (!isSku(sku)) throw noSuchProduct();
      const view = await cache.get(sku, async () => {
        const product = await findProduct(database, sku);
        return product && viewOf(product);
      });
      if (!view) throw noSuchProduct();
      reply.header('cache-control', CACHE_CONTROL);
      return sendVersioned(request, reply, view);
    },
  });
}

function addShopkeeping(app: HttpServer, { database, onCommit }: RouteOptions): void {
  const findStockOf = async (sku: string) => (isSku(sku) ? findStock(database, sku) : undefined);

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
        return decidedRefusal(
          problem('sku-taken', `There is a product ${request.input.sku} already.`),
          request,
        );
      });
      return { outcomes, says };
    },
  });

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
    url: '/v1/products',
    config: { access: { scope: 'stock:write' } },
    preValidation: requireKey,
    schema: { body: ProductBody, response: { 201: ProductView } },
    handler: (request, reply) => answerOnce(listOnce, request, reply, request.body),
  });

  app.route({
    method: 'POST',
    url: '/v1/products/:sku/restock',
    config: { access: { scope: 'stock:write' } },
    preValidation: requireKey,
    schema: { params: Sku, body: RestockBody, response: { 200: StockView } },
    handler: async (request, reply) => {
      const { sku } = request.params;
      if (!(await findStockOf(sku))) throw noSuchProduct();
      return answerOnce(restockOnce, request, reply, { sku, quantity: request.body.quantity });
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/products/:sku/stock',
    config: { access: { scope: 'operations' } },
    schema: { params: Sku, response: { 200: StockView } },
    handler: async (request) => {
      const stock = await findStockOf(request.params.sku);
      if (!stock) throw noSuchProduct();
      return stock;
    },
  });
}
