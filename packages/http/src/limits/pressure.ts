import underPressure from '@fastify/under-pressure';
import type { FastifyInstance } from 'fastify';
import { HEALTH_ROUTES } from '../metrics.ts';
import { problem } from '../responses/problem.ts';

/**
 * Refuses requests while this process is overloaded, except health checks.
 *
 * @param maxDelayMs the maximum delay of the event loop, on average over a second
 */
export async function refuseUnderPressure(app: FastifyInstance, maxDelayMs: number): Promise<void> {
  await app.register(underPressure, {
    maxEventLoopDelay: maxDelayMs,
    pressureHandler: async (request, _reply, _type, delayMs) => {
      // Infinity means that the event loop has not been measured since the last look: this process has just started.
      if (delayMs === Infinity || HEALTH_ROUTES.has(request.routeOptions.url ?? '')) return;
      throw problem('overloaded', 'This process cannot keep up. Send the same request later.', {
        retryAfterSeconds: 1,
        refusedBy: 'pressure',
      });
    },
  });
}
