import type { FastifyInstance } from 'fastify';

/** How long a connection may stay open while the server closes, whatever its client does with it. */
const LAST_ANSWERS_MS = 5_000;

/**
 * Lets a server come to its end. Node closes the connections that are idle when it is told to close, and no others: one
 * that was in use then would stay open after its answer for as long as its client keeps it alive.
 * (https://nodejs.org/api/http.html#serverclosecallback)
 */
export function closeConnections(app: FastifyInstance): void {
  let isClosing = false;
  app.addHook('preClose', async () => {
    isClosing = true;
    setTimeout(() => app.server.closeAllConnections(), LAST_ANSWERS_MS).unref();
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (isClosing) reply.header('connection', 'close');
    done(null, payload);
  });
}
