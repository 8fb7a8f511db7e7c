import underPressure from '@fastify/under-pressure';
import type { FastifyInstance } from 'fastify';
import { problem } from '../responses/problem.ts';

const HEALTH = new Set(['/livez', '/readyz']);

/**
 * Refuses requests while this process cannot keep up; its health is told nevertheless.
 *
 * @param maxDelayMs how late the event loop may come to what is due, on average over a second
 */
export async function refuseUnderPressure(app: FastifyInstance, maxDelayMs: number): Promise<void> {
  await app.register(underPressure, {
    maxEventLoopDelay: maxDelayMs,
    pressureHandler: async (request) => {
      if (HEALTH.has(request.routeOptions.url ?? '')) return;
      throw problem('overloaded', 'This process cannot keep up. Send the same request later.', {
        retryAfterSeconds: 1,
      });
    },
  });
}
