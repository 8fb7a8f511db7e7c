import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { problem } from '../responses/problem.ts';

/**
 * Treats an empty body as no body, whatever its type. Whether a chunked body is empty is known only after its first
 * chunk, or its end; before that, Fastify would require its type.
 */
export function ignoreEmptyBodies(app: FastifyInstance): void {
  app.addHook('preParsing', async ({ headers, raw }) => {
    const isEmpty =
      headers['transfer-encoding'] === undefined
        ? Number(headers['content-length'] ?? 0) === 0
        : await endsAtOnce(raw);
    if (!isEmpty) return;
    for (const name of ['content-type', 'content-length', 'transfer-encoding']) delete headers[name];
  });
}

/**
 * Waits for the first bytes of a stream, and puts them back; or for its end.
 *
 * @throws Problem invalid-request if the connection is lost before either: such a body is not empty
 */
async function endsAtOnce(stream: IncomingMessage): Promise<boolean> {
  for (;;) {
    const bytes = stream.read();
    if (bytes !== null) {
      stream.unshift(bytes);
      return false;
    }
    const event = stream.destroyed ? 'close' : await nextOf(stream, ['readable', 'end', 'close']);
    if (event === 'end') return true;
    if (event === 'close') throw problem('invalid-request', 'The body broke off.');
  }
}

function nextOf(stream: IncomingMessage, events: string[]): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const listeners = events.map((event) => [event, () => resolve(event)] as const);
  for (const [event, listener] of listeners) stream.once(event, listener);
  return promise.finally(() => {
    for (const [event, listener] of listeners) stream.off(event, listener);
  });
}
