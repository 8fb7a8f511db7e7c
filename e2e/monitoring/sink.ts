import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

/**
 * A receiver of OTLP over HTTP behind the collector, with the bodies that it has accepted as text. The collector exports
 * protobuf, in which texts are readable as they are.
 */
export async function openSink() {
  let received = '';
  let status = 200;
  const headers: Record<string, unknown>[] = [];
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    if (status !== 200) return response.writeHead(status).end();
    headers.push(request.headers);
    received += (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('latin1');
    return response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    text: () => received,
    headers: () => headers,
    /** With any other status than 200 it keeps nothing. The collector repeats what is answered with 503. */
    answer(next: number) {
      status = next;
    },
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
