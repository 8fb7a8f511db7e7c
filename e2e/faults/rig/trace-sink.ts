import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

/** Receives the traces of the services of a run, so that they can be searched. */
export interface TraceSink {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  url: string;
  /** The traces that have been received since the last call. */
  readNew(): string;
  /** How many exports have been received. */
  received(): number;
  close(): void;
}

export async function openTraceSink(): Promise<TraceSink> {
  let received = '';
  let times = 0;
  const server = createServer(async (request, response) => {
    received += await text(request).catch(() => '');
    times++;
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    readNew() {
      const unread = received;
      received = '';
      return unread;
    },
    received: () => times,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
