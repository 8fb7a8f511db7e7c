import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Begins to drain this server: it is no longer ready, and closes each connection after its response. Resolves when
     * load balancers have had the time to notice; the server answers requests until it is closed.
     */
    drain(): Promise<void>;
    isDraining(): boolean;
  }
}

/** How long a connection may stay open while the server closes, whatever its client does. */
const LAST_RESPONSES_MS = 5_000;

/**
 * Lets a server shut down. Node's close() closes only the connections that are idle at that moment: one in use would
 * stay open after its response for as long as its client keeps it alive.
 * (https://nodejs.org/api/http.html#serverclosecallback)
 *
 * @param drainMs how long it answers requests after it is no longer ready
 */
export function closeConnections(app: FastifyInstance, drainMs: number): void {
  let isDraining = false;
  app.decorate('isDraining', () => isDraining);
  app.decorate('drain', async () => {
    isDraining = true;
    await wait(drainMs);
  });
  app.addHook('preClose', async () => {
    isDraining = true;
    setTimeout(() => app.server.closeAllConnections(), LAST_RESPONSES_MS).unref();
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (isDraining) reply.header('connection', 'close');
    done(null, payload);
  });
}
