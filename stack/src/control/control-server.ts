import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { Failure, reasonOf } from '../failure.ts';
import { freePort } from '../supervisor/processes/free-port.ts';
import type { ProcessStatus } from '../supervisor/processes/supervised-process.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Control } from './running.ts';

export const verbs = ['stop', 'start', 'pause', 'resume'] as const;
export type Verb = (typeof verbs)[number];

type Parts = {
  control: (verb: Verb, name: string) => Promise<string>;
  processes: () => ProcessStatus[];
  telemetry: Telemetry;
};

const longestBody = 16 * 1024 * 1024;

/** Its address, with one secret for commands and another one for telemetry. */
type ControlServer = Control & { collector: Control; close(): void };

/**
 * The supervisor's HTTP server on loopback. Its secret gives access to the status of the processes
 * (`GET /v1/processes`), to commands (`POST /v1/processes/NAME/VERB`), to traces (`GET /v1/traces/ID`) and to the metrics
 * of the last seconds (`GET /v1/metrics/SECONDS`). The secret of its collector gives access to `POST /v1/traces`,
 * `/v1/metrics` and `/v1/logs` alone, which receive OTLP/JSON.
 */
export async function openControlServer(parts: Parts): Promise<ControlServer> {
  const [secret, telemetrySecret] = [newSecret(), newSecret()];
  const server = createServer(async (request, response) => {
    const receive = receiverOf(parts, request);
    try {
      if (!isAuthorized(receive ? telemetrySecret : secret, request))
        reply(response, 401, { message: 'A secret is missing or wrong.' });
      else reply(response, 200, (await receive?.()) ?? (await handle(parts, request)));
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
  return { url, secret, collector: { url, secret: telemetrySecret }, close };
}

const newSecret = () => randomBytes(24).toString('base64url');

/** What receives the telemetry of a request; undefined for every other request. */
function receiverOf({ telemetry: { receivers } }: Parts, request: IncomingMessage) {
  const { method, url = '' } = request;
  const receive = method === 'POST' && Object.hasOwn(receivers, url) ? receivers[url] : undefined;
  return receive && (async () => receive(await readBody(request)) ?? {});
}

function isAuthorized(secret: string, { headers }: IncomingMessage): boolean {
  const [given, wanted] = [Buffer.from(headers.authorization ?? ''), Buffer.from(`Bearer ${secret}`)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function handle({ control, processes, telemetry }: Parts, request: IncomingMessage): Promise<unknown> {
  const [, , place, id = '', verb] = (request.url ?? '').split('/');
  if (request.method === 'POST' && place === 'processes') {
    const known = verbs.find((one) => one === verb);
    if (!known) throw new Failure(`There is no "${verb}"; there are ${verbs.join(', ')}.`);
    return { message: await control(known, id) };
  }
  if (request.method === 'GET' && place === 'processes') return { items: processes() };
  if (request.method === 'GET' && place === 'traces') return { spans: telemetry.spans(id) };
  if (request.method === 'GET' && place === 'metrics') return telemetry.metrics(secondsOf(id));
  throw new Failure('There is no such address.');
}

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (!(seconds >= 1 && seconds <= 900)) throw new Error('Metrics are kept for 900 seconds.');
  return seconds;
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longestBody) throw new Error('The body is too long.');
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  const isZipped = request.headers['content-encoding'] === 'gzip';
  return JSON.parse((isZipped ? gunzipSync(body, { maxOutputLength: longestBody }) : body).toString());
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
