import {
  type DeadLetter,
  discardDeadLetters,
  findDeadLetter,
  listDeadLetters,
  replayDeadLetters,
} from '@repo/events';
import { callerOf, type HttpServer, problem, sendPage } from '@repo/http';
import { createIdempotentHandler, keyHeader, replyIdempotently, requireKey } from '@repo/idempotency';
import type { Database, Transaction } from '@repo/postgres';
import {
  DeadLetterId,
  DeadLetterPage,
  DeadLetterQuery,
  DeadLetterView,
  DiscardBody,
  deadLetterResponse,
  listedView,
  ReplayBody,
  WholeDeadLetterView,
  wholeView,
} from './dead-letter-api.ts';

export interface DeadLetterOptions {
  database: Database;
  keyTtlHours: number;
}

/** The scope of operators, here and in the services' own routes. */
export const operators = { scope: 'operations' };
const noSuchDeadLetter = () =>
  problem('not-found', 'There is no such dead letter; it may have been replayed or discarded.');

/**
 * Adds the routes for an operator of a service: to read its dead letters, oldest first, to replay them, and to discard
 * them with a reason. Each replay and each discard inserts an audit row with the operator.
 */
export function addDeadLetters(app: HttpServer, { database, keyTtlHours }: DeadLetterOptions): void {
  // The preconditions of a missing dead letter are not evaluated: the response is 404.
  const preconditions = {
    exists: async (tx: Transaction, { id }: { id: string }) => (await findDeadLetter(tx, id)) !== undefined,
  };

  const replayIdempotently = createIdempotentHandler<{ id: string; actor: string }>({
    database,
    preconditions,
    onCommit: () => {},
    perform: async (tx, requests) => {
      const deadLetters = await replayDeadLetters(
        tx,
        requests.map(({ input }) => input),
      );
      const outcomes = new Map(
        requests.map((request) => [request, asOutcome(deadLetters.get(request.input.id))]),
      );
      return { outcomes, events: [] };
    },
  });

  const discardIdempotently = createIdempotentHandler<{ id: string; actor: string; reason: string }>({
    database,
    preconditions,
    onCommit: () => {},
    perform: async (tx, requests) => {
      const deadLetters = await discardDeadLetters(
        tx,
        requests.map(({ input }) => input),
      );
      const outcomes = new Map(
        requests.map((request) => [request, asOutcome(deadLetters.get(request.input.id))]),
      );
      return { outcomes, events: [] };
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/dead-letters',
    config: { access: operators },
    schema: { querystring: DeadLetterQuery, response: { 200: DeadLetterPage } },
    handler: async (request, reply) => {
      const { limit, ...filter } = request.query;
      const deadLetters = await listDeadLetters(database, { ...filter, limit: limit + 1 });
      const positionOf = (deadLetter: DeadLetter) => deadLetter.position;
      return sendPage(request, reply, deadLetters, { limit, positionOf, view: listedView });
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/dead-letters/:id',
    config: { access: operators },
    schema: { params: DeadLetterId, response: { 200: WholeDeadLetterView } },
    handler: async (request) => {
      const deadLetter = await findDeadLetter(database, request.params.id);
      if (!deadLetter) throw noSuchDeadLetter();
      return wholeView(deadLetter);
    },
  });

  app.route({
    method: 'POST',
    url: '/v1/dead-letters/:id/replay',
    config: { access: operators },
    preValidation: requireKey,
    schema: {
      headers: keyHeader(keyTtlHours),
      params: DeadLetterId,
      body: ReplayBody,
      response: { 200: DeadLetterView },
    },
    handler: (request, reply) =>
      replyIdempotently(replayIdempotently, request, reply, {
        id: request.params.id,
        actor: callerOf(request).id,
      }),
  });

  app.route({
    method: 'POST',
    url: '/v1/dead-letters/:id/discard',
    config: { access: operators },
    preValidation: requireKey,
    schema: {
      headers: keyHeader(keyTtlHours),
      params: DeadLetterId,
      body: DiscardBody,
      response: { 200: DeadLetterView },
    },
    handler: (request, reply) => {
      const { reason } = request.body;
      const input = { id: request.params.id, actor: callerOf(request).id, reason };
      return replyIdempotently(discardIdempotently, request, reply, input);
    },
  });
}

function asOutcome(deadLetter: DeadLetter | undefined) {
  return deadLetter ? deadLetterResponse(deadLetter) : noSuchDeadLetter();
}
