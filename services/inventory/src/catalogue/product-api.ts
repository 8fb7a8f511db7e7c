import { sku } from '@repo/contracts/fields';
import { defineProblem, etagOf, fields, ifMatch, type Problem, pageQuery, problem } from '@repo/http';
import type { StoredResponse } from '@repo/idempotency';
import { isCurrency } from '@repo/money';
import { z } from 'zod';
import type { Stock } from '../stock/stock.ts';
import type { Product } from './product.ts';

const UNITS_LIMIT = 1_000_000_000;
const PRICE_LIMIT_CENTS = 100_000_000;

const NO_CURRENCY = 'A currency is a code of ISO 4217 that has a minor unit, such as EUR.';
/** The pattern is for the OpenAPI document; a code of that form must also exist in ISO 4217 today. */
const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, { error: NO_CURRENCY, abort: true })
  .refine(isCurrency, NO_CURRENCY);

const name = fields.text(200);
const priceCents = z.int().min(0).max(PRICE_LIMIT_CENTS);

/** Products and stock, as clients send and receive them. */
export const ProductBody = z.strictObject({
  sku,
  name,
  priceCents,
  currency,
  stock: z.int().min(0).max(UNITS_LIMIT),
  metadata: fields.metadata.default({}),
});

export const ProductPatchBody = z
  .strictObject({
    name: name.optional(),
    priceCents: priceCents.optional(),
    metadata: fields.metadata.optional(),
  })
  .refine((patch) => Object.keys(patch).length > 0, 'Send at least one of name, priceCents and metadata.');

/** Optional in the schema only: the handler responds to its absence, with 428. */
export const requiredIfMatch = ifMatch.describe(
  'Required: the ETag of the version to change. 428 without it, 412 for another version.',
);

/** The headers of a change that may apply to one version only. */
export const IfMatch = z.looseObject({ 'if-match': ifMatch });

export const RestockBody = z.strictObject({ quantity: z.int().min(1).max(UNITS_LIMIT) });

/** Accepts any text; one that cannot be a sku becomes undefined, and the response is 404. */
export const Sku = z.strictObject({ sku: z.string().transform((text) => sku.safeParse(text).data) });

export const ProductQuery = z.strictObject(pageQuery(sku));

export const ProductView = z.object({
  sku: z.string(),
  name: z.string(),
  priceCents: z.int(),
  currency: z.string(),
  metadata: z.record(z.string(), z.unknown()),
  version: z.int(),
  listedAt: z.iso.datetime(),
});
export type ProductView = z.infer<typeof ProductView>;

export const ProductPage = z.object({ items: z.array(ProductView), next: z.string().nullable() });

export const StockView = z.object({
  sku: z.string(),
  available: z.int(),
  reserved: z.int(),
  sold: z.int(),
  restocked: z.int(),
});

export function viewOf(product: Product): ProductView {
  const { sku, name, priceCents, currency, metadata, version, listedAt } = product;
  return { sku, name, priceCents, currency, metadata, version, listedAt: listedAt.toISOString() };
}

export function listedResponse(product: Product): StoredResponse {
  const body = JSON.stringify(viewOf(product));
  return { status: 201, location: `/v1/products/${product.sku}`, etag: etagOf(product), body };
}

export function changedResponse(product: Product): StoredResponse {
  return { status: 200, location: null, etag: etagOf(product), body: JSON.stringify(viewOf(product)) };
}

export function stockResponse(stock: Stock): StoredResponse {
  return { status: 200, location: null, etag: null, body: JSON.stringify(stock) };
}

export const skuTaken = defineProblem('sku-taken', 409, 'The sku is taken');

export function noSuchProduct(headers: Record<string, string> = {}): Problem {
  return problem('not-found', 'There is no such product.', { headers });
}
