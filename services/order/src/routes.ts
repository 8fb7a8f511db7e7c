import {
  callerOf,
  etagOf,
  type HttpServer,
  ifMatch,
  noContent,
  type Preconditions,
  preconditionFailure,
  problem,
  sendPage,
  sendVersioned,
} from '@repo/http';
import {
  createIdempotentHandler,
  decidedRefusal,
  type KeyedRequest,
  keyHeader,
  replyIdempotently,
  requireKey,
} from '@repo/idempotency';
import { type CancelRequest, type CancelResult, cancelOrder } from './cancel-order.ts';
import { deleteOrder } from './delete-order.ts';
import type { Order } from './order.ts';
import {
  CancelBody,
  cancelledResponse,
  IfMatch,
  OrderId,
  OrderPage,
  OrderQuery,
  OrderView,
  viewOf,
} from './order-api.ts';
import { orderNotCancellable, orderNotEnded } from './order-problems.ts';
import { findOrder, listOrders } from './order-store.ts';
import { addPlacing, type PlacingOptions } from './placing-route.ts';

const noSuchOrder = () => problem('not-found', 'There is no such order.');

/** The HTTP routes of orders. */
export function addRoutes(app: HttpServer, options: PlacingOptions): void {
  addPlacing(app, options);
  addReading(app, options);
  addEndingRoutes(app, options);
}

function addReading(app: HttpServer, { database }: PlacingOptions): void {
  app.route({
    method: 'GET',
    url: '/v1/orders/:id',
    config: { access: 'authenticated' },
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
    config: { access: 'authenticated' },
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

function addEndingRoutes(app: HttpServer, { database, keyTtlHours, onCommit }: PlacingOptions): void {
  const cancelIdempotently = createIdempotentHandler<CancelRequest>({
    database,
    preconditions: 'perform',
    onCommit,
    perform: async (tx, requests) => {
      const orders = requests.map((request) => ({
        ...request.input,
        traceparent: request.traceparent,
        request,
      }));
      const { results, events } = await cancelOrder(tx, orders);
      const outcomes = Array.from(
        results,
        ([{ request }, result]) => [request, cancelOutcome(request, result)] as const,
      );
      return { outcomes: new Map(outcomes), events };
    },
  });

  app.route({
    method: 'POST',
    url: '/v1/orders/:id/cancel',
    config: { access: 'authenticated' },
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
      return replyIdempotently(cancelIdempotently, request, reply, { orderId, customerId, refusalOf });
    },
  });

  app.route({
    method: 'DELETE',
    url: '/v1/orders/:id',
    config: { access: 'authenticated', preconditions: 'handler' },
    schema: { headers: IfMatch, params: OrderId, response: { 204: noContent } },
    handler: async (request, reply) => {
      const [id, customerId] = [request.params.id, callerOf(request).id];
      const refusalOf = refusalBy(request.headers);
      const result = await deleteOrder(database, { id, customerId, refusalOf });
      if (result instanceof Error) throw result;
      if (result === 'unknown') throw noSuchOrder();
      if (result === 'not-ended') throw orderNotEnded('Cancel the order first, or wait until it has ended.');
      return reply.code(204).send();
    },
  });
}

/** Refuses a change whose preconditions are about another version of the order. */
function refusalBy(headers: Preconditions) {
  return (order: Order) => preconditionFailure(headers, { etag: etagOf(order) });
}

function cancelOutcome(request: KeyedRequest<unknown>, result: CancelResult) {
  if (result instanceof Error) return result;
  if (result === 'unknown') return noSuchOrder();
  return result === 'ended' ? notCancellable(request) : cancelledResponse(result);
}

function notCancellable(request: KeyedRequest<unknown>) {
  return decidedRefusal(orderNotCancellable('The order has ended already.'), request);
}
