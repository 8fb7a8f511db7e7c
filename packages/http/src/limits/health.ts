import type { FastifyInstance } from 'fastify';
import { problem } from '../responses/problem.ts';

const CHECK_TIMEOUT_MS = 2_000;

/**
 * /livez says that this process answers, and touches nothing else: who fails it is restarted. /readyz checks what the
 * next request needs: who fails it gets no requests for a while. Probes come every few seconds, so the log tells only
 * what has changed since the last.
 */
export function addHealth(app: FastifyInstance, checks: (() => Promise<void>)[]): void {
  app.get('/livez', { config: { access: 'public' } }, async () => ({ status: 'ok' }));

  let reason: string | undefined;
  function tellChange(error?: unknown): void {
    const now = error === undefined ? undefined : String((error as Error).message);
    if (now === reason) return;
    reason = now;
    if (now === undefined) app.log.info('ready');
    else app.log.error({ err: error }, `not ready: ${now}`);
  }

  app.get('/readyz', { config: { access: 'public' } }, async () => {
    if (app.isLeaving()) throw problem('overloaded', 'This process is closing.', { retryAfterSeconds: 1 });
    await Promise.race([Promise.all(checks.map((check) => check())), timeout()]).catch((error) => {
      tellChange(error);
      throw problem('overloaded', 'Something this service needs is away.', { retryAfterSeconds: 1 });
    });
    tellChange();
    return { status: 'ok' };
  });
}

function timeout(): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error('The check took too long.')), CHECK_TIMEOUT_MS).unref();
  });
}
