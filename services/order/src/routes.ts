import {
  callerOf,
  etagOf,
  type HttpServer,
  ifMatch,
  noContent,
  type Preconditions,
  type Problem,
  preconditionFailure,
  problem,
  sendPage,
  sendVersioned,
} from '@tenfold/http';
import {
  answerOnce,
  createOnce,
  decidedRefusal,
  type KeyedRequest,
  keyHeader,
  requireKey,
} from '@tenfold/idempotency';
import type { Database } from '@tenfold/postgres';
import type { Admission, Full } from './admission.ts';
import { cancelOrder } from './cancel-order.ts';
import { deleteOrder } from './delete-order.ts';
import type { Order, OrderRequest, Refusal } from './order.ts';
import {
  CancelBody,
  cancelledAnswer,
  IfMatch,
  OrderBody,
  OrderId,
  OrderPage,
  OrderQuery,
  OrderView,
  placedAnswer,
  viewOf,
} from './order-api.ts';
import { findOrder, listOrders } from './order-store.ts';
import { placeOrder } from './place-order.ts';

export interface RouteOptions {
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
const noSuchOrder = () => problem('not-found', 'There is no such order.');

const PLACING =
  'Places an order. While too many orders are on their way, too many events wait to be published, or more orders come than can be placed, it is refused: 503 with Retry-After, also where its key is known. A refusal changes nothing: send the same request later, with the same key.';

/** What this service answers over HTTP. */
export function addRoutes(app: HttpServer, options: RouteOptions): void {
  addPlacing(app, options);
  addReading(app, options);
  addEnding(app, options);
}

function addPlacing(app: HttpServer, options: RouteOptions): void {
  const { database, admission, deadlineSeconds, keyTtlHours, onCommit } = options;
  const placeOnce = createOnce<OrderRequest>({
    database,
    onCommit,
    perform: async (tx, requests) => {
      const orders = requests.map(({ input, traceparent }) => ({ ...input, traceparent }));
      const { results, says } = await placeOrder(tx, orders, { deadlineSeconds });
      return { says, outcomes: results.map(asOutcome) };
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
        await answerOnce(placeOnce, request, reply, { ...request.body, customerId: callerOf(request).id });
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

function addReading(app: HttpServer, { database }: RouteOptions): void {
  app.route({
    method: 'GET',
    url: '/v1/orders/:id',
    config: { access: 'customer' },
    schema: { params: OrderId, response: { 200: OrderView } },
    handler: async (request, reply) => {
      const order = await findOrder(database, { id: request.params.id, customerId: callerOf(request).id });
      if (!order) throw noSuchOrder();
      return sendVersioned(reply, viewOf(order));
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/orders',
    config: { access: 'customer' },
    schema: { querystring: OrderQuery, response: { 200: OrderPage } },
    handler: async (request, reply) => {
      const { status, after, limit } = request.query;
      const orders = await listOrders(database, {
        customerId: callerOf(request).id,
        status,
        after,
        limit: limit + 1,
      });
      const positionOf = (order: Order) => [order.placedAt.toISOString(), order.id];
      return sendPage(request, reply, orders, { limit, positionOf, view: viewOf });
    },
  });
}

interface CancelRequest {
  orderId: string;
  customerId: string;
  refusalOf: (order: Order) => Error | undefined;
}

function addEnding(app: HttpServer, { database, keyTtlHours, onCommit }: RouteOptions): void {
  const cancelOnce = createOnce<CancelRequest>({
    database,
    preconditions: 'perform',
    onCommit,
    perform: async (tx, requests) => {
      const orders = requests.map(({ input, traceparent }) => ({ ...input, traceparent }));
      const { results, says } = await cancelOrder(tx, orders);
      const outcomes = results.map((result, index) => {
        if (result instanceof Error) return result;
        if (result === 'unknown') return noSuchOrder();
        return result === 'ended'
          ? notCancellable(requests[index] as KeyedRequest<unknown>)
          : cancelledAnswer(result);
      });
      return { says, outcomes };
    },
  });

  app.route({
    method: 'POST',
    url: '/v1/orders/:id/cancel',
    config: { access: 'customer' },
    preValidation: requireKey,
    schema: {
      headers: keyHeader(keyTtlHours).extend({ 'if-match': ifMatch }),
      params: OrderId,
      body: CancelBody,
      response: { 200: OrderView },
    },
    handler: async (request, reply) => {
      const [orderId, customerId] = [request.params.id, callerOf(request).id];
      if (!(await findOrder(database, { id: orderId, customerId }))) throw noSuchOrder();
      const refusalOf = refusalBy(request.headers);
      return answerOnce(cancelOnce, request, reply, { orderId, customerId, refusalOf });
    },
  });

  app.route({
    method: 'DELETE',
    url: '/v1/orders/:id',
    config: { access: 'customer', preconditions: 'handler' },
    schema: { headers: IfMatch, params: OrderId, response: { 204: noContent } },
    handler: async (request, reply) => {
      const [id, customerId] = [request.params.id, callerOf(request).id];
      const refusalOf = refusalBy(request.headers);
      const result = await deleteOrder(database, { id, customerId, refusalOf });
      if (result instanceof Error) throw result;
      if (result === 'unknown') throw noSuchOrder();
      if (result === 'not-ended') throw problem('order-not-ended', 'Cancel it first, or wait for its end.');
      return reply.code(204).send();
    },
  });
}

/** Decides by what its client knows of an order whether it may be changed. */
function refusalBy(headers: Preconditions) {
  return (order: Order) => preconditionFailure(headers, { etag: etagOf(order) });
}

function notCancellable(request: KeyedRequest<unknown>) {
  return decidedRefusal(problem('order-not-cancellable', 'The order has ended already.'), request);
}

function asOutcome(result: Order | Refusal) {
  return 'refused' in result ? refusal(result) : placedAnswer(result);
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
