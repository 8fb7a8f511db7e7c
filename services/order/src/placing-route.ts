import { callerOf, type HttpServer, type Problem, problem } from '@repo/http';
import { createIdempotentHandler, keyHeader, replyIdempotently, requireKey } from '@repo/idempotency';
import type { Database } from '@repo/postgres';
import type { Admission, Full } from './admission.ts';
import type { Order, OrderRequest, Refusal } from './order.ts';
import { OrderBody, OrderView, placedResponse } from './order-api.ts';
import { placeOrder } from './place-order.ts';

export interface PlacingOptions {
  database: Database;
  admission: Admission;
  deadlineSeconds: number;
  keyTtlHours: number;
  onCommit: () => void;
}

const NO_ROOM: Record<Full, string> = {
  openOrders: 'Too many orders are on their way. Send the same request later, with the same key.',
  outboxRows: 'Too many events wait to be published. Send the same request later, with the same key.',
  inFlight: 'More orders come than can be placed. Send the same request later, with the same key.',
};
// Made once for each wait: under load they are thrown thousands of times a second.
const refusals = new Map<string, Problem>();

const PLACING =
  'Places an order. While too many orders are on their way, too many events wait to be published, or more orders come than can be placed, it is refused: 503 with Retry-After, also where its key is known. A refusal changes nothing: send the same request later, with the same key.';

/** The route by which orders are placed. */
export function addPlacing(app: HttpServer, options: PlacingOptions): void {
  const { database, admission, deadlineSeconds, keyTtlHours, onCommit } = options;
  const placeIdempotently = createIdempotentHandler<OrderRequest>({
    database,
    onCommit,
    perform: async (tx, requests) => {
      const orders = requests.map(({ input, traceparent }) => ({ ...input, traceparent }));
      const { results, events } = await placeOrder(tx, orders, { deadlineSeconds });
      return { events, outcomes: results.map(asOutcome) };
    },
  });

  app.route({
    method: 'POST',
    url: '/v1/orders',
    config: {
      access: 'customer',
      admit: () => requireRoom(admission),
    },
    preValidation: requireKey,
    schema: {
      description: PLACING,
      headers: keyHeader(keyTtlHours),
      body: OrderBody,
      response: { 201: OrderView },
    },
    handler: async (request, reply) => {
      requireRoom(admission);
      const leave = admission.enter();
      try {
        await replyIdempotently(placeIdempotently, request, reply, {
          ...request.body,
          customerId: callerOf(request).id,
        });
      } finally {
        leave(reply.statusCode === 201 && !reply.hasHeader('idempotent-replayed'));
      }
    },
  });
}

function requireRoom(admission: Admission): void {
  const full = admission.full();
  if (full) throw noRoom(full, admission.refuse());
}

function noRoom(full: Full, retryAfterSeconds: number): Problem {
  const name = `${full} ${retryAfterSeconds}`;
  const made = refusals.get(name) ?? problem('overloaded', NO_ROOM[full], { retryAfterSeconds });
  refusals.set(name, made);
  return made;
}

function asOutcome(result: Order | Refusal) {
  return 'refused' in result ? refusal(result) : placedResponse(result);
}

function refusal(result: Refusal): Problem {
  switch (result.refused) {
    case 'unknown-product':
      return problem('unknown-product', `These cannot be ordered: ${result.skus.join(', ')}.`);
    case 'mixed-currencies':
      return problem(
        'mixed-currencies',
        `One order has one currency, not ${result.currencies.join(' and ')}.`,
      );
  }
}
