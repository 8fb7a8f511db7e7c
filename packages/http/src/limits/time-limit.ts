import type { FastifyInstance } from 'fastify';
import { problem } from '../responses/problem.ts';

/**
 * Answers for a handler that takes too long. Its work is not stopped, so that its outcome is not known: which is what a
 * 503 says, and what the key of the request is for.
 *
 * Fastify's own `handlerTimeout` ends with the body of the request, so that none with a body is limited (5.12: its timer
 * is cleared when `close` is emitted, which Node does once the body has been read).
 */
export function limitHandlers(app: FastifyInstance, limitMs: number): void {
  app.addHook('preHandler', (_request, reply, done) => {
    const timer = setTimeout(() => {
      if (!reply.sent)
        void reply.send(
          problem(
            'overloaded',
            'It is not known whether this was done. Send the same request, with the same key.',
            {
              retryAfterSeconds: 1,
              cause: new Error(`The handler took more than ${limitMs} ms.`),
            },
          ),
        );
    }, limitMs);
    reply.raw.once('close', () => clearTimeout(timer));
    done();
  });
}
