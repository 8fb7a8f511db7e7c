import type { PlannedOrder } from '../../../src/generator/mix.ts';

/** A product of one run: no other run sells it, so its stock can be checked. */
export interface Product {
  sku: string;
  priceCents: number;
  stock: number;
}

export interface Assortment {
  products: Product[];
  soldOut: Product;
}

export const CURRENCY = 'EUR';

const PRODUCTS = 20;
const PLENTY = 1_000_000_000;
const LINES = 2;
const SOLD_OUT_SHARE = 0.02;
const DECLINED_SHARE = 0.05;

/** @param run distinguishes the products of this run from those of others: capital letters and digits */
export function assortmentOf(run: string): Assortment {
  const product = (name: string, priceCents: number, stock: number) => ({
    sku: `LOAD-${run}-${name}`,
    priceCents,
    stock,
  });
  return {
    products: Array.from({ length: PRODUCTS }, (_, index) =>
      product(String(index + 1), 500 + 75 * index, PLENTY),
    ),
    soldOut: product('SOLD-OUT', 999, 0),
  };
}

/**
 * An order of a customer, and the outcome that it must have.
 *
 * @param customer the index of the customer, from 0
 * @param random as Math.random
 */
export function planOrder(
  { products, soldOut }: Assortment,
  customer: number,
  random: () => number,
): PlannedOrder {
  const isSoldOut = random() < SOLD_OUT_SHARE;
  const isDeclined = random() < DECLINED_SHARE;
  const wanted = new Set<Product>(isSoldOut ? [soldOut] : []);
  while (wanted.size < LINES) wanted.add(products[Math.floor(random() * products.length)] as Product);
  const lines = [...wanted].map(({ sku, priceCents }) => ({
    sku,
    priceCents,
    quantity: 1 + Math.floor(random() * 3),
  }));
  return {
    customer,
    lines: lines.map(({ sku, quantity }) => ({ sku, quantity })),
    paymentToken: isDeclined ? 'tok_declined' : 'tok_ok',
    // The saga reserves stock before it captures money.
    outcome: isSoldOut ? 'out-of-stock' : isDeclined ? 'payment-declined' : 'confirmed',
    totalCents: lines.reduce((sum, { priceCents, quantity }) => sum + priceCents * quantity, 0),
  };
}
