import type { FastifyInstance } from 'fastify';
import { problem } from '../responses/problem.ts';

const CHECK_TIMEOUT_MS = 2_000;

/**
 * /livez shows that this process responds, and checks nothing else: a process that fails it is restarted. /readyz checks
 * what the next request needs: a process that fails it gets no requests for a while. Probes come every few seconds, so
 * only changes are logged.
 */
export function addHealth(app: FastifyInstance, checks: (() => Promise<void>)[]): void {
  app.get('/livez', { config: { access: 'public' } }, async () => ({ status: 'ok' }));

  let reason: string | undefined;
  function logChange(error?: unknown): void {
    const now = error === undefined ? undefined : String((error as Error).message);
    if (now === reason) return;
    reason = now;
    if (now === undefined) app.log.info('ready');
    else app.log.warn({ err: error }, 'not ready');
  }

  app.get('/readyz', { config: { access: 'public' } }, async () => {
    if (app.isDraining()) throw problem('overloaded', 'This process is closing.', { retryAfterSeconds: 1 });
    await Promise.race([Promise.all(checks.map((check) => check())), timeout()]).catch((error) => {
      logChange(error);
      throw problem('overloaded', 'A server that this service needs is unavailable.', {
        retryAfterSeconds: 1,
      });
    });
    logChange();
    return { status: 'ok' };
  });
}

function timeout(): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error('The check timed out.')), CHECK_TIMEOUT_MS).unref();
  });
}
