import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { problem } from '../responses/problem.ts';

/** A name or an address with a port, or nothing (RFC 9110, §7.2; RFC 3986, §3.2.2). */
const HOST = /^(\[[\da-f:.]+\]|[\w.~!$&'()*+,;=%-]*)(:\d*)?$/i;

/**
 * Requires one Host header (RFC 9112, §3.2). Node's own check is switched off (`requireHostHeader`), because its response
 * has no body and it accepts several.
 */
export function requireHost(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ raw }) => {
    const [host, ...more] = hostsOf(raw);
    if (more.length > 0) throw invalid('A request has one Host header.');
    if (host === undefined && raw.httpVersion !== '1.0') throw invalid('A request needs a Host header.');
    if (host !== undefined && !HOST.test(host)) throw invalid('The Host header is not a host.');
  });
}

function hostsOf({ rawHeaders }: IncomingMessage): string[] {
  return rawHeaders.filter(
    (_value, index) => index % 2 === 1 && /^host$/i.test(rawHeaders[index - 1] as string),
  );
}

function invalid(detail: string): Error {
  return problem('invalid-request', detail, { headers: { connection: 'close' } });
}
