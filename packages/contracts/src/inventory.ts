import { type DataOf, defineEvent } from '@repo/events/event-type';
import { z } from 'zod';
import { cents, currency, id, instant, sku, version } from './fields.ts';

/** The events that the inventory service publishes: about the stock of an order, and about products. */
export const StockReserved = defineEvent({
  type: 'stock.reserved',
  topic: 'inventory.events',
  subject: 'orderId',
  schema: z.object({ orderId: id, version }),
});

export const StockRejected = defineEvent({
  type: 'stock.rejected',
  topic: 'inventory.events',
  subject: 'orderId',
  schema: z.object({
    orderId: id,
    version,
    missing: z.array(z.object({ sku, requested: z.int(), available: z.int() })),
  }),
});

export const ProductListed = defineEvent({
  type: 'product.listed',
  topic: 'product.events',
  subject: 'sku',
  schema: z.object({
    sku,
    version,
    name: z.string(),
    priceCents: cents,
    currency,
    metadata: z.record(z.string(), z.unknown()),
    listedAt: instant,
  }),
});

export const ProductDelisted = defineEvent({
  type: 'product.delisted',
  topic: 'product.events',
  subject: 'sku',
  schema: z.object({ sku, version }),
});

export type StockReserved = DataOf<typeof StockReserved>;
export type StockRejected = DataOf<typeof StockRejected>;
export type ProductListed = DataOf<typeof ProductListed>;
export type ProductDelisted = DataOf<typeof ProductDelisted>;
