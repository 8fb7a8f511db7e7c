import type { FastifyInstance } from 'fastify';

/**
 * No body is no body, whatever type a client names for it. That one which comes in chunks is empty is only known once
 * its first chunk, or its end, has come; until then Fastify would ask for its type.
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

/** Waits for the first bytes of a stream, and puts them back; or for its end. */
async function endsAtOnce(stream: NodeJS.ReadableStream): Promise<boolean> {
  for (;;) {
    const bytes = stream.read();
    if (bytes !== null) {
      stream.unshift(bytes);
      return false;
    }
    if (await isOver(stream)) return true;
  }
}

/** Whether a stream from which nothing can be read yet has ended, as against has more to be read. */
function isOver(stream: NodeJS.ReadableStream): Promise<boolean> {
  return new Promise((resolve) => {
    const goOn = (answer: boolean) => () => {
      stream.off('readable', onReadable).off('end', onEnd).off('close', onEnd);
      resolve(answer);
    };
    const [onReadable, onEnd] = [goOn(false), goOn(true)];
    stream.on('readable', onReadable).on('end', onEnd).on('close', onEnd);
  });
}
