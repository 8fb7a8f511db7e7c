import { type DeadLetter, discardLetters, findLetter, listLetters, replayLetters } from '@repo/events';
import { callerOf, type HttpServer, problem, sendPage } from '@repo/http';
import { answerOnce, createOnce, keyHeader, requireKey } from '@repo/idempotency';
import type { Database, Transaction } from '@repo/postgres';
import {
  DiscardBody,
  LetterId,
  LetterPage,
  LetterQuery,
  LetterView,
  letterAnswer,
  listedView,
  ReplayBody,
  WholeLetterView,
  wholeView,
} from './dead-letter-api.ts';

export interface DeadLetterOptions {
  database: Database;
  keyTtlHours: number;
}

const access = { scope: 'operations' } as const;
const noSuchLetter = () => problem('not-found', 'There is no such dead letter; it may have been dealt with.');

/**
 * The routes by which an operator works with a service's dead letters: reads them, oldest first, has them tried again,
 * or discards them with a reason. Each replay and each discard leaves a row of who did it.
 */
export function addDeadLetters(app: HttpServer, { database, keyTtlHours }: DeadLetterOptions): void {
  // Preconditions of a letter that is not there are not evaluated: it is not found.
  const preconditions = {
    exists: async (tx: Transaction, { id }: { id: string }) => (await findLetter(tx, id)) !== undefined,
  };

  const replayOnce = createOnce<{ id: string; actor: string }>({
    database,
    preconditions,
    onCommit: () => {},
    perform: async (tx, requests) => {
      const letters = await replayLetters(
        tx,
        requests.map(({ input }) => input),
      );
      return { outcomes: letters.map(asOutcome), says: [] };
    },
  });

  const discardOnce = createOnce<{ id: string; actor: string; reason: string }>({
    database,
    preconditions,
    onCommit: () => {},
    perform: async (tx, requests) => {
      const letters = await discardLetters(
        tx,
        requests.map(({ input }) => input),
      );
      return { outcomes: letters.map(asOutcome), says: [] };
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/dead-letters',
    config: { access },
    schema: { querystring: LetterQuery, response: { 200: LetterPage } },
    handler: async (request, reply) => {
      const { limit, ...filter } = request.query;
      const letters = await listLetters(database, { ...filter, limit: limit + 1 });
      const positionOf = (letter: DeadLetter) => letter.position;
      return sendPage(request, reply, letters, { limit, positionOf, view: listedView });
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/dead-letters/:id',
    config: { access },
    schema: { params: LetterId, response: { 200: WholeLetterView } },
    handler: async (request) => {
      const letter = await findLetter(database, request.params.id);
      if (!letter) throw noSuchLetter();
      return wholeView(letter);
    },
  });

  app.route({
    method: 'POST',
    url: '/v1/dead-letters/:id/replay',
    config: { access },
    preValidation: requireKey,
    schema: {
      headers: keyHeader(keyTtlHours),
      params: LetterId,
      body: ReplayBody,
      response: { 200: LetterView },
    },
    handler: (request, reply) =>
      answerOnce(replayOnce, request, reply, { id: request.params.id, actor: callerOf(request).id }),
  });

  app.route({
    method: 'POST',
    url: '/v1/dead-letters/:id/discard',
    config: { access },
    preValidation: requireKey,
    schema: {
      headers: keyHeader(keyTtlHours),
      params: LetterId,
      body: DiscardBody,
      response: { 200: LetterView },
    },
    handler: (request, reply) => {
      const { reason } = request.body;
      const input = { id: request.params.id, actor: callerOf(request).id, reason };
      return answerOnce(discardOnce, request, reply, input);
    },
  });
}

function asOutcome(letter: DeadLetter | undefined) {
  return letter ? letterAnswer(letter) : noSuchLetter();
}
