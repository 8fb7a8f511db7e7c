import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Says that this server is about to close: it is not ready, and keeps no connection after an answer. Resolves when
     * whoever sends requests here has had the time to look away; until it is closed it goes on answering.
     */
    leave(): Promise<void>;
    isLeaving(): boolean;
  }
}

/** How long a connection may stay open while the server closes, whatever its client does with it. */
const LAST_ANSWERS_MS = 5_000;

/**
 * Lets a server come to its end. Node closes the connections that are idle when it is told to close, and no others: one
 * that was in use then would stay open after its answer for as long as its client keeps it alive.
 * (https://nodejs.org/api/http.html#serverclosecallback)
 *
 * @param drainMs how long it goes on answering once it is not ready
 */
export function closeConnections(app: FastifyInstance, drainMs: number): void {
  let isLeaving = false;
  app.decorate('isLeaving', () => isLeaving);
  app.decorate('leave', async () => {
    isLeaving = true;
    await wait(drainMs);
  });
  app.addHook('preClose', async () => {
    isLeaving = true;
    setTimeout(() => app.server.closeAllConnections(), LAST_ANSWERS_MS).unref();
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (isLeaving) reply.header('connection', 'close');
    done(null, payload);
  });
}
