import { callerOf, fields, type HttpServer, pageQuery, sendPage, timeAndId } from '@repo/http';
import type { Database } from '@repo/postgres';
import { z } from 'zod';
import type { Payment } from './payment.ts';
import { listPayments } from './payment-store.ts';

const PaymentQuery = z.strictObject({
  orderId: fields.id.optional(),
  ...pageQuery(timeAndId),
});

const PaymentView = z.object({
  id: z.guid(),
  orderId: z.guid(),
  status: z.enum(['pending', 'captured', 'declined', 'refunded']),
  amountCents: z.int(),
  refundedCents: z.int(),
  currency: z.string(),
  createdAt: z.iso.datetime(),
  settledAt: z.iso.datetime().nullable(),
});

const PaymentPage = z.object({ items: z.array(PaymentView), next: z.string().nullable() });

/** The HTTP routes of payments. */
export function addRoutes(app: HttpServer, { database }: { database: Database }): void {
  app.route({
    method: 'GET',
    url: '/v1/payments',
    config: { access: 'authenticated' },
    schema: { querystring: PaymentQuery, response: { 200: PaymentPage } },
    handler: async (request, reply) => {
      const { orderId, after, limit } = request.query;
      const customerId = callerOf(request).id;
      const payments = await listPayments(database, { customerId, orderId, after, limit: limit + 1 });
      const positionOf = (payment: Payment) => [payment.createdAt.toISOString(), payment.id];
      return sendPage(request, reply, payments, { limit, positionOf, view: viewOf });
    },
  });
}

function viewOf(payment: Payment): z.infer<typeof PaymentView> {
  const { id, orderId, status, amountCents, refundedCents, currency, createdAt, settledAt } = payment;
  return {
    id,
    orderId,
    status,
    amountCents,
    refundedCents,
    currency,
    createdAt: createdAt.toISOString(),
    settledAt: settledAt?.toISOString() ?? null,
  };
}
