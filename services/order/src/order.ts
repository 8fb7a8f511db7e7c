/** An order and its rules. Pure. */
import { hasEnded, type Reason, SAGA, type Status, type Trigger } from './saga.ts';

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
  /** When its status changed last. */
  changedAt: Date;
  deadlineAt: Date;
  endedAt: Date | null;
  reason: Reason | null;
  /** When payment refunded the order, which was cancelled too late to stop the capture. */
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

/** Why a well-formed request cannot be placed. */
export type Refusal =
  | { refused: 'unknown-product'; skus: string[] }
  | { refused: 'mixed-currencies'; currencies: string[] };

/** Places an order at the current prices, or refuses it. */
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
    changedAt: at,
    deadlineAt: new Date(at.getTime() + deadlineSeconds * 1000),
    endedAt: null,
    reason: null,
    refundedAt: null,
  };
}

/** The changed order, or the reaction that leaves it as it was (saga.ts). */
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
    changedAt: at,
  };
  return hasEnded(next) ? { ...next, endedAt: at, paymentToken: null } : next;
}
