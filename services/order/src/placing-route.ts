import { callerOf, type HttpServer, type Problem, problem } from '@repo/http';
import { createIdempotentHandler, keyHeader, replyIdempotently, requireKey } from '@repo/idempotency';
import type { Database } from '@repo/postgres';
import type { Admission, Full } from './admission.ts';
import type { Order, OrderRequest, Refusal } from './order.ts';
import { OrderBody, OrderView, placedResponse } from './order-api.ts';
import { countPlaced } from './order-metrics.ts';
import { mixedCurrencies, unknownProduct } from './order-problems.ts';
import { placeOrder } from './place-order.ts';

export interface PlacingOptions {
  database: Database;
  admission: Admission;
  deadlineSeconds: number;
  keyTtlHours: number;
  onCommit: () => void;
}

const REFUSED: Record<Full, string> = {
  openOrders: 'Too many orders are open. Send the same request later, with the same key.',
  outboxRows: 'Too many events wait to be published. Send the same request later, with the same key.',
  inFlight: 'More orders arrive than can be placed. Send the same request later, with the same key.',
};
// One problem for each limit and Retry-After, created once: under load they are thrown thousands of times a second.
const refusals = new Map<string, Problem>();

const PLACING =
  'Places an order. While too many orders are open, too many events wait to be published, or more orders arrive than can be placed, it is refused: 503 with Retry-After, also where its key is known. A refusal changes nothing: send the same request later, with the same key.';

/** The HTTP route that places orders. */
export function addPlacing(app: HttpServer, options: PlacingOptions): void {
  const { database, admission, deadlineSeconds, keyTtlHours, onCommit } = options;
  const placeIdempotently = createIdempotentHandler<OrderRequest>({
    database,
    onCommit,
    perform: async (tx, requests) => {
      const orders = requests.map((request) => ({
        ...request.input,
        traceparent: request.traceparent,
        request,
      }));
      const { results, events } = await placeOrder(tx, orders, { deadlineSeconds });
      const outcomes = Array.from(results, ([{ request }, result]) => [request, asOutcome(result)] as const);
      return { outcomes: new Map(outcomes), events };
    },
  });

  app.route({
    method: 'POST',
    url: '/v1/orders',
    config: {
      access: 'authenticated',
      admit: () => {
        if (admission.full()) throw overloaded(admission);
      },
    },
    preValidation: requireKey,
    schema: {
      description: PLACING,
      headers: keyHeader(keyTtlHours),
      body: OrderBody,
      response: { 201: OrderView },
    },
    handler: async (request, reply) => {
      const permit = admission.tryAcquire();
      if (!permit) throw overloaded(admission);
      try {
        await replyIdempotently(placeIdempotently, request, reply, {
          ...request.body,
          customerId: callerOf(request).id,
        });
      } finally {
        const isPlaced = reply.statusCode === 201 && !reply.hasHeader('idempotent-replayed');
        if (isPlaced) {
          permit.keep();
          countPlaced();
        } else permit.release();
      }
    },
  });
}

function overloaded(admission: Admission): Problem {
  const full = admission.full() ?? 'openOrders';
  const retryAfterSeconds = admission.refuse();
  const name = `${full} ${retryAfterSeconds}`;
  const created =
    refusals.get(name) ?? problem('overloaded', REFUSED[full], { retryAfterSeconds, refusedBy: 'admission' });
  refusals.set(name, created);
  return created;
}

function asOutcome(result: Order | Refusal) {
  return 'refused' in result ? refusal(result) : placedResponse(result);
}

function refusal(result: Refusal): Problem {
  switch (result.refused) {
    case 'unknown-product':
      return unknownProduct(`These cannot be ordered: ${result.skus.join(', ')}.`);
    case 'mixed-currencies':
      return mixedCurrencies(`One order has one currency, not ${result.currencies.join(' and ')}.`);
  }
}
