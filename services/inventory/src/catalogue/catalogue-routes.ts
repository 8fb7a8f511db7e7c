import type { Cache } from '@repo/cache';
import { type HttpServer, sendPage, sendVersioned } from '@repo/http';
import type { Database } from '@repo/postgres';
import { noSuchProduct, ProductPage, ProductQuery, ProductView, Sku, viewOf } from './product-api.ts';
import { findProduct, listProducts } from './product-store.ts';

/** The cache keeps a product for three seconds and a client for two, so a client sees it at most five seconds stale. */
export const CACHE_TTL_MS = 3_000;
const CACHE_CONTROL = 'public, max-age=2';

/** A client may keep this response as long: a product that is listed now can be ordered within two seconds. */
const nothingListed = () => noSuchProduct({ 'cache-control': CACHE_CONTROL });

/** The public routes of the catalogue. */
export function addCatalogue(
  app: HttpServer,
  { database, cache }: { database: Database; cache: Cache },
): void {
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
      if (sku === undefined) throw nothingListed();
      const view = await cache.get(sku, async () => {
        const product = await findProduct(database, sku);
        return product && viewOf(product);
      });
      if (!view) throw nothingListed();
      reply.header('cache-control', CACHE_CONTROL);
      return sendVersioned(reply, view);
    },
  });
}
