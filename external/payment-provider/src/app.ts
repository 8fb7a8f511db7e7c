import Fastify from 'fastify';
import { createBehaviour } from './behaviour.ts';
import { openLedger } from './ledger.ts';
import { createIdempotentReply } from './reply-idempotently.ts';
import * as schemas from './schemas.ts';

/** The provider with its ledger in `file`, ready to listen. */
export function buildApp({ file }: { file: string }) {
  const app = Fastify({
    logger: { level: 'warn' },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
  });
  const ledger = openLedger(file);
  const behaviour = createBehaviour();
  const replyIdempotently = createIdempotentReply({ ledger, behaviour });
  app.addHook('preClose', async () => behaviour.abortWaits());
  app.addHook('onClose', async () => ledger.close());

  app.post<{ Body: schemas.Capture }>('/v1/captures', { schema: schemas.capture }, (request, reply) => {
    const { token, ...money } = request.body;
    const record = behaviour.declines(token) ? ledger.decline : ledger.capture;
    return replyIdempotently(request, reply, token, (call) => record(call, money));
  });

  app.post<{ Body: schemas.Refund }>('/v1/refunds', { schema: schemas.refund }, (request, reply) => {
    const { captureId, amountCents } = request.body;
    return replyIdempotently(request, reply, '', (call) => ledger.refund(call, captureId, amountCents));
  });

  app.get<{ Querystring: { reference: string } }>(
    '/v1/captures',
    { schema: schemas.captureList },
    async (request) => ({ items: ledger.listCaptures(request.query.reference) }),
  );
  app.get('/v1/ledger', async () => ({ items: ledger.listMovements() }));
  app.put<{ Body: schemas.Behaviour }>('/v1/behaviour', { schema: schemas.behaviour }, async (request) =>
    behaviour.change(request.body),
  );
  app.get('/livez', async () => ({ status: 'ok' }));
  return app;
}
