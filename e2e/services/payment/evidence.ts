declare module '../../invariants/evidence.ts' {
  interface Evidence {
    payments: StoredPayment[];
    /** The payment provider's own records. */
    ledger: Booking[];
  }
}

export interface StoredPayment {
  id: string;
  orderId: string;
  status: string;
}

export interface Booking {
  kind: 'capture' | 'refund';
  /** The order's id. */
  reference: string;
  amountCents: number;
  currency: string;
}
