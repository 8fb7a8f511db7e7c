import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Failure, reasonOf } from '../failure.ts';
import { freePort } from '../supervisor/processes/free-port.ts';
import type { ProcessStatus } from '../supervisor/processes/supervised-process.ts';
import type { Control } from './running.ts';
import type { Otlp, SpanStore } from './spans.ts';

export const verbs = ['stop', 'start', 'pause', 'resume'] as const;
export type Verb = (typeof verbs)[number];

type Parts = {
  control: (verb: Verb, name: string) => Promise<string>;
  processes: () => ProcessStatus[];
  spans: SpanStore;
};

const longestBody = 16 * 1024 * 1024;

/** Its address, with one secret for commands and another one for spans. */
type ControlServer = Control & { collector: Control; close(): void };

/**
 * The supervisor's HTTP server on loopback. Its secret gives access to the status of the processes
 * (`GET /v1/processes`), to commands (`POST /v1/processes/NAME/VERB`) and to traces (`GET /v1/traces/ID`). The secret of
 * its collector gives access to `POST /v1/traces` alone, which receives spans in OTLP/JSON.
 */
export async function openControlServer(parts: Parts): Promise<ControlServer> {
  const [secret, spanSecret] = [newSecret(), newSecret()];
  const server = createServer(async (request, response) => {
    try {
      if (!isAuthorized(sendsSpans(request) ? spanSecret : secret, request))
        reply(response, 401, { message: 'A secret is missing or wrong.' });
      else reply(response, 200, await handle(parts, request));
    } catch (error) {
      reply(response, error instanceof Failure ? 409 : 400, { message: reasonOf(error) });
    }
  });
  server.listen(await freePort(), '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  const url = `http://127.0.0.1:${port}`;
  return { url, secret, collector: { url, secret: spanSecret }, close };
}

const newSecret = () => randomBytes(24).toString('base64url');
const sendsSpans = ({ method, url }: IncomingMessage) => method === 'POST' && url === '/v1/traces';

function isAuthorized(secret: string, { headers }: IncomingMessage): boolean {
  const [given, wanted] = [Buffer.from(headers.authorization ?? ''), Buffer.from(`Bearer ${secret}`)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function handle({ control, processes, spans }: Parts, request: IncomingMessage): Promise<unknown> {
  const [, , place, id = '', verb] = (request.url ?? '').split('/');
  if (request.method === 'POST' && place === 'processes') {
    const known = verbs.find((one) => one === verb);
    if (!known) throw new Failure(`There is no "${verb}"; there are ${verbs.join(', ')}.`);
    return { message: await control(known, id) };
  }
  if (request.method === 'GET' && place === 'processes') return { items: processes() };
  if (sendsSpans(request)) {
    spans.receive((await readBody(request)) as Otlp);
    return {};
  }
  if (request.method === 'GET' && place === 'traces') return { spans: spans.spans(id) };
  throw new Failure('There is no such address.');
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longestBody) throw new Failure('The body is too long.');
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString());
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
