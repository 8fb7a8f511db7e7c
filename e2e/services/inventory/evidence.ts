import type { Line } from '../order/evidence.ts';

declare module '../../invariants/evidence.ts' {
  interface Evidence {
    products: StoredProduct[];
    stock: StoredStock[];
    reservations: StoredReservation[];
  }
}

export interface StoredProduct {
  sku: string;
  version: number;
}

export interface StoredStock {
  sku: string;
  available: number;
  reserved: number;
  sold: number;
  restocked: number;
}

export interface StoredReservation {
  orderId: string;
  status: string;
  lines: Line[];
}
