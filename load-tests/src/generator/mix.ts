/** The orders of the benchmark's customers. Pure; the same seed gives the same orders. */
export type Outcome = 'confirmed' | 'out-of-stock' | 'payment-declined';

export interface Line {
  sku: string;
  quantity: number;
}

export interface PlannedOrder {
  /** The index of the customer, from 0. */
  customer: number;
  lines: Line[];
  paymentToken: string;
  /** The outcome that the system must reach. */
  outcome: Outcome;
  totalCents: number;
}

/** The hot product is in a fifth of all lines, so in three of five orders; no order has it twice. */
const HOT_SKU = 'HOT';
const HOT_SHARE = 0.6;
/** Not the demo's SOLD-OUT: the measured system may already have that one. */
const SOLD_OUT_SKU = 'GONE';
const SOLD_OUT_SHARE = 0.02;
const DECLINED_SHARE = 0.05;
const LINES = 3;
const ORDINARY = 100;
const PLENTY = 1_000_000_000;

export const CURRENCY = 'EUR';

export interface Product {
  sku: string;
  priceCents: number;
  stock: number;
}

export const products: Product[] = [
  { sku: HOT_SKU, priceCents: 999, stock: PLENTY },
  { sku: SOLD_OUT_SKU, priceCents: 4_999, stock: 0 },
  ...Array.from({ length: ORDINARY }, (_, index) => ({
    sku: `ITEM-${index}`,
    priceCents: 100 + 37 * index,
    stock: PLENTY,
  })),
];

const priceOf = new Map(products.map(({ sku, priceCents }) => [sku, priceCents]));

/** @param random as Math.random */
export function planOrder(random: () => number, customers: number): PlannedOrder {
  const isSoldOut = random() < SOLD_OUT_SHARE;
  const isDeclined = random() < DECLINED_SHARE;
  const skus = new Set<string>();
  if (isSoldOut) skus.add(SOLD_OUT_SKU);
  if (random() < HOT_SHARE) skus.add(HOT_SKU);
  while (skus.size < LINES) skus.add(`ITEM-${Math.floor(random() * ORDINARY)}`);
  const lines = [...skus].map((sku) => ({ sku, quantity: 1 + Math.floor(random() * 3) }));
  return {
    customer: Math.floor(random() * customers),
    lines,
    paymentToken: isDeclined ? 'tok_declined' : 'tok_ok',
    // The saga reserves stock before it captures money.
    outcome: isSoldOut ? 'out-of-stock' : isDeclined ? 'payment-declined' : 'confirmed',
    totalCents: lines.reduce((sum, { sku, quantity }) => sum + quantity * (priceOf.get(sku) as number), 0),
  };
}

/** A seeded Math.random (mulberry32 by Tommy Ettinger, public domain). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
