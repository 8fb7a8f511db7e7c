/** An order and its rules: what may become of it, and when. Pure: it reads no clock and writes nothing. */
export type Status = 'placed' | 'reserved' | 'confirmed' | 'cancelled';
export type Reason = 'out-of-stock' | 'payment-declined' | 'customer' | 'deadline';

export interface Line {
  sku: string;
  name: string;
  quantity: number;
  unitPriceCents: number;
}

export interface Order {
  id: string;
  customerId: string;
  status: Status;
  version: number;
  lines: Line[];
  totalCents: number;
  currency: string;
  paymentToken: string | null;
  metadata: Record<string, unknown>;
  placedAt: Date;
  deadlineAt: Date;
  endedAt: Date | null;
  reason: Reason | null;
  /** When the money came back, of an order that was cancelled too late to stop the payment. */
  refundedAt: Date | null;
}

export interface OrderRequest {
  customerId: string;
  lines: { sku: string; quantity: number }[];
  paymentToken: string;
  metadata: Record<string, unknown>;
}

export interface Price {
  name: string;
  priceCents: number;
  currency: string;
}

/** Why an order cannot be placed: nothing is wrong with us, nor with the form of the request. */
export type Refusal =
  | { refused: 'unknown-product'; skus: string[] }
  | { refused: 'mixed-currencies'; currencies: string[] };

/** Places an order at today's prices, or says why it cannot be. */
export function place(
  request: OrderRequest,
  prices: ReadonlyMap<string, Price>,
  { id, at, deadlineSeconds }: { id: string; at: Date; deadlineSeconds: number },
): Order | Refusal {
  const unknown = request.lines.filter((line) => !prices.has(line.sku));
  if (unknown.length > 0) return { refused: 'unknown-product', skus: unknown.map((line) => line.sku) };
  const priced = request.lines.map((line) => ({ ...line, ...(prices.get(line.sku) as Price) }));
  const currencies = [...new Set(priced.map((line) => line.currency))];
  if (currencies.length > 1) return { refused: 'mixed-currencies', currencies };
  return {
    id,
    customerId: request.customerId,
    status: 'placed',
    version: 1,
    lines: priced.map(({ sku, name, quantity, priceCents }) => ({
      sku,
      name,
      quantity,
      unitPriceCents: priceCents,
    })),
    totalCents: priced.reduce((sum, line) => sum + line.quantity * line.priceCents, 0),
    currency: currencies[0] as string,
    paymentToken: request.paymentToken,
    metadata: request.metadata,
    placedAt: at,
    deadlineAt: new Date(at.getTime() + deadlineSeconds * 1000),
    endedAt: null,
    reason: null,
    refundedAt: null,
  };
}

/** All that can happen to an order: what others say of it, what its customer asks for, and that its time is up. */
export const TRIGGERS = [
  'stock.reserved',
  'stock.rejected',
  'payment.captured',
  'payment.declined',
  'payment.refunded',
  'cancel',
  'deadline',
] as const;
export type Trigger = (typeof TRIGGERS)[number];

/**
 * What an order does when something happens to it.
 * - `becomes`: it advances.
 * - `ignore`: it knows this already, or it has ended and this changes nothing.
 * - `compensate`: this came after it was cancelled and has to be taken back. That is under way: inventory and payment
 *   undo what they did, or do yet, on the `order.cancelled` that has been said.
 * - `refunded`: what payment took back, so that the customer can be told.
 * - `alarm`: this can never be right. A person is told, and the order stays as it is.
 */
export type Transition =
  | { becomes: Status; reason?: Reason }
  | 'ignore'
  | 'compensate'
  | 'refunded'
  | 'alarm';

/** The saga. It is total: every pair of a status and a happening has its entry. */
export const SAGA: Record<Status, Record<Trigger, Transition>> = {
  placed: {
    'stock.reserved': { becomes: 'reserved' },
    'stock.rejected': { becomes: 'cancelled', reason: 'out-of-stock' },
    'payment.captured': 'alarm',
    'payment.declined': 'alarm',
    'payment.refunded': 'alarm',
    cancel: { becomes: 'cancelled', reason: 'customer' },
    deadline: { becomes: 'cancelled', reason: 'deadline' },
  },
  reserved: {
    'stock.reserved': 'ignore',
    'stock.rejected': 'alarm',
    'payment.captured': { becomes: 'confirmed' },
    'payment.declined': { becomes: 'cancelled', reason: 'payment-declined' },
    'payment.refunded': 'alarm',
    cancel: { becomes: 'cancelled', reason: 'customer' },
    deadline: { becomes: 'cancelled', reason: 'deadline' },
  },
  confirmed: {
    'stock.reserved': 'ignore',
    'stock.rejected': 'alarm',
    'payment.captured': 'ignore',
    'payment.declined': 'alarm',
    'payment.refunded': 'alarm',
    cancel: 'ignore',
    deadline: 'ignore',
  },
  cancelled: {
    'stock.reserved': 'compensate',
    'stock.rejected': 'ignore',
    'payment.captured': 'compensate',
    'payment.declined': 'ignore',
    'payment.refunded': 'refunded',
    cancel: 'ignore',
    deadline: 'ignore',
  },
};

/** An order that something has happened to: as it is now; or why it stays as it was. */
export type Advanced = Order | 'ignore' | 'compensate' | 'alarm';

export function advance(order: Order, trigger: Trigger, at: Date): Advanced {
  const transition = SAGA[order.status][trigger];
  if (transition === 'refunded') return order.refundedAt ? 'ignore' : { ...order, refundedAt: at };
  if (typeof transition === 'string') return transition;
  const next = {
    ...order,
    status: transition.becomes,
    version: order.version + 1,
    reason: transition.reason ?? null,
  };
  return hasEnded(next) ? { ...next, endedAt: at, paymentToken: null } : next;
}

export function hasEnded({ status }: Pick<Order, 'status'>): boolean {
  return status === 'confirmed' || status === 'cancelled';
}
