import { sku } from '@repo/contracts/fields';
import { etagOf, fields, ifMatch, pageQuery, timeAndId } from '@repo/http';
import type { StoredResponse } from '@repo/idempotency';
import { z } from 'zod';
import type { Order } from './order.ts';
import type { OrderWithHistory } from './order-store.ts';

/** Orders, as clients send and receive them. */
export const OrderBody = z.strictObject({
  lines: z
    .array(z.strictObject({ sku, quantity: z.int().min(1).max(1_000) }))
    .min(1)
    .max(50)
    .refine(eachSkuOnce, 'Name each sku once; order more of it with its quantity.'),
  paymentToken: z.string().regex(/^tok_\w{1,64}$/, 'A payment token looks like tok_...'),
  metadata: fields.metadata.default({}),
});

/** A cancellation has no body, or an empty one. */
export const CancelBody = z.strictObject({}).default({});

export const OrderId = z.strictObject({ id: fields.id });

/** The headers of a change that may apply to one version only. */
export const IfMatch = z.looseObject({ 'if-match': ifMatch });

const Status = z.enum(['placed', 'reserved', 'confirmed', 'cancelled']);

export const OrderQuery = z.strictObject({
  status: Status.optional(),
  ...pageQuery(timeAndId),
});

const Instant = z.iso.datetime();

export const OrderView = z.object({
  id: z.guid(),
  status: Status,
  version: z.int(),
  lines: z.array(z.object({ sku: z.string(), name: z.string(), quantity: z.int(), unitPriceCents: z.int() })),
  totalCents: z.int(),
  currency: z.string(),
  metadata: z.record(z.string(), z.unknown()),
  placedAt: Instant,
  deadlineAt: Instant,
  endedAt: Instant.nullable(),
  reason: z.enum(['out-of-stock', 'payment-declined', 'customer', 'deadline']).nullable(),
  history: z.array(z.object({ status: Status, at: Instant })),
});

export const OrderPage = z.object({ items: z.array(OrderView), next: z.string().nullable() });

function eachSkuOnce(lines: { sku: string }[]): boolean {
  return new Set(lines.map((line) => line.sku)).size === lines.length;
}

export function viewOf(order: OrderWithHistory): z.input<typeof OrderView> {
  const { id, status, version, lines, totalCents, currency, metadata, reason } = order;
  return {
    id,
    status,
    version,
    lines,
    totalCents,
    currency,
    metadata,
    placedAt: order.placedAt.toISOString(),
    deadlineAt: order.deadlineAt.toISOString(),
    endedAt: order.endedAt?.toISOString() ?? null,
    reason,
    history: order.history.map((step) => ({ status: step.status, at: new Date(step.at).toISOString() })),
  };
}

export function cancelledResponse(order: OrderWithHistory): StoredResponse {
  return { status: 200, location: null, etag: etagOf(order), body: JSON.stringify(viewOf(order)) };
}

/** The response to the request that placed this order. */
export function placedResponse(order: Order): StoredResponse {
  const history = [{ status: order.status, at: order.placedAt.toISOString() }];
  return {
    status: 201,
    location: `/v1/orders/${order.id}`,
    etag: etagOf(order),
    body: JSON.stringify(viewOf({ ...order, history })),
  };
}
