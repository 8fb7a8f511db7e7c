import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Receives what the collector exports, and discards or refuses it. */
export async function openNowhere() {
  let status = 200;
  const server = createServer((request, response) => {
    request
      .resume()
      .on('end', () => response.writeHead(status, { 'content-type': 'application/json' }).end('{}'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** The status of every response from now on. */
    answer(next: number) {
      status = next;
    },
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
