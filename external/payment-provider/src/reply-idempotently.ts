import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Behaviour } from './behaviour.ts';
import { type Call, type Ledger, type Outcome, responseOf } from './ledger.ts';

/**
 * Performs a request once for each Idempotency-Key, and gives every repeat the first answer. There is no `await` between
 * the look-up of the key and the effect, so a concurrent duplicate cannot run between the two. A refused request leaves
 * its key unused.
 */
export function createIdempotentReply({ ledger, behaviour }: { ledger: Ledger; behaviour: Behaviour }) {
  return async function replyIdempotently(
    request: FastifyRequest,
    reply: FastifyReply,
    token: string,
    effect: (call: Call) => Outcome,
  ) {
    if (await behaviour.failsByRate()) return refuse(reply, 500, 'Out of order; nothing was done.');
    const call = identify(request);
    const earlier = ledger.findByKey(call.key);
    if (earlier && earlier.fingerprint !== call.fingerprint) {
      return refuse(reply, 422, 'This Idempotency-Key was used for something else.');
    }
    if (!earlier && behaviour.failsForToken(token, call.key)) {
      return refuse(reply, 500, 'Out of order; nothing was done.');
    }
    const outcome = earlier ?? effect(call);
    if (outcome === 'unknown-capture') return refuse(reply, 404, 'There is no such capture.');
    if (outcome === 'more-than-captured') return refuse(reply, 409, 'More than is left of the capture.');
    if (await behaviour.losesReply(earlier ? '' : token)) {
      request.raw.socket.destroy();
      return reply.hijack();
    }
    return responseOf(outcome);
  };
}

/** The same key on another route is another call; the order of a body's properties does not matter. */
function identify(request: FastifyRequest): Call {
  const body = request.body as Record<string, unknown>;
  const canonical = JSON.stringify(body, Object.keys(body).sort());
  return {
    key: `${request.routeOptions.url} ${request.headers['idempotency-key']}`,
    fingerprint: createHash('sha256').update(canonical).digest('base64url'),
  };
}

function refuse(reply: FastifyReply, statusCode: number, message: string) {
  return reply.code(statusCode).send({ statusCode, message });
}
