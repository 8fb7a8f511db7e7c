import type { FastifyInstance } from 'fastify';
import { problem } from '../responses/problem.ts';

/**
 * Sends a 503 for a handler that takes too long. Its work continues, so its outcome is unknown: the client repeats the
 * request with the same key.
 *
 * Fastify's own `handlerTimeout` does not limit requests with a body (5.12: its timer is cleared when `close` is
 * emitted, which Node does once the body has been read).
 */
export function limitHandlers(app: FastifyInstance, limitMs: number): void {
  app.addHook('preHandler', (_request, reply, done) => {
    const timer = setTimeout(() => {
      if (!reply.sent)
        void reply.send(
          problem('overloaded', 'The outcome is unknown. Send the same request, with the same key.', {
            retryAfterSeconds: 1,
            cause: new Error(`The handler took more than ${limitMs} ms.`),
          }),
        );
    }, limitMs);
    reply.raw.once('close', () => clearTimeout(timer));
    done();
  });
}
