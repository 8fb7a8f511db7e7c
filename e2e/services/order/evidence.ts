import type { Call } from '../../invariants/evidence.ts';

declare module '../../invariants/evidence.ts' {
  interface Evidence {
    orders: StoredOrder[];
    prices: StoredPrice[];
  }
}

export interface Line {
  sku: string;
  quantity: number;
}

export interface StoredOrder {
  id: string;
  customerId: string;
  /** The Idempotency-Key of the request: the clients repeat it in the order's metadata. */
  key: string | null;
  status: string;
  version: number;
  reason: string | null;
  totalCents: number;
  currency: string;
  lines: (Line & { unitPriceCents: number })[];
  history: { version: number; status: string }[];
  isDeleted: boolean;
}

export interface StoredPrice {
  sku: string;
  version: number;
  priceCents: number;
  isDeleted: boolean;
}

/** Whether a call requests a new order. */
export function isPlacement({ method, path }: Call): boolean {
  return method === 'POST' && path === '/v1/orders';
}

export function hasEnded({ status }: Pick<StoredOrder, 'status'>): boolean {
  return status === 'confirmed' || status === 'cancelled';
}

/** The quantity of each sku. */
export function quantities(lines: Line[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { sku, quantity } of lines) sums.set(sku, (sums.get(sku) ?? 0) + quantity);
  return sums;
}
