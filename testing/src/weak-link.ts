import type { AddressInfo } from 'node:net';
import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import { atTheEnd } from './at-the-end.ts';

export interface FaultyLink {
  /** The server's URL, with the link in place of its address. */
  url: string;
  /** Breaks all connections, and refuses new ones: the server is away. */
  cut(): Promise<void>;
  /** Lets nothing through any more on the connections that there are, as if the process at one end were stopped. */
  freeze(): void;
  /** The server is back, at the same address; nothing, where it is not away. */
  mend(): Promise<void>;
}

/** Stands between a test and a server that other tests use too, so that the server can be away for this test alone. */
export async function createWeakLink(serverUrl: string, defaultPort: number): Promise<FaultyLink> {
  const { hostname, port } = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let linkPort = 0;

  function join(near: Socket): void {
    const far = dial(Number(port || defaultPort), hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.setNoDelay(true).pipe(other);
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  }

  async function mend(): Promise<void> {
    if (server) return;
    const opened = createServer(join);
    await new Promise<void>((resolve) => opened.listen(linkPort, '127.0.0.1', resolve));
    linkPort = (opened.address() as AddressInfo).port;
    server = opened;
  }

  async function cut(): Promise<void> {
    const closing = server;
    if (!closing) return;
    server = undefined;
    const closed = new Promise((resolve) => closing.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  function freeze(): void {
    for (const socket of sockets) socket.unpipe().pause();
  }

  await mend();
  atTheEnd(cut);
  const url = new URL(serverUrl);
  url.host = `127.0.0.1:${linkPort}`;
  return { url: url.href, cut, freeze, mend };
}
