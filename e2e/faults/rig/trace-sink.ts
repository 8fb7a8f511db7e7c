import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

/** Where the services of a run send their traces, so that they can be looked through. */
export interface TraceSink {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  url: string;
  /** What has come in since this was asked last. */
  readNew(): string;
  /** How many times something came. */
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
      const taken = received;
      received = '';
      return taken;
    },
    received: () => times,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
