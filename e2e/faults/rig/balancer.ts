import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** One address of all replicas of a service, for its clients. */
export interface Balancer {
  url: string;
  close(): void;
}

const PROBE_EVERY_MS = 100;

/**
 * Opens a balancer over TCP. Connections go round among the replicas that report ready, so that a replica that is about to
 * end gets no new ones. Where none is ready, all of them are tried.
 *
 * @param replicas returns their URLs; called again and again
 */
export async function openBalancer(replicas: () => string[]): Promise<Balancer> {
  let ready: string[] = [];
  let turn = 0;
  const sockets = new Set<Socket>();

  const probing = setInterval(async () => {
    const all = replicas();
    const answers = await Promise.all(all.map(isReady));
    ready = all.filter((_url, index) => answers[index]);
  }, PROBE_EVERY_MS);

  const server = createServer((near) => {
    const among = ready.length > 0 ? ready : replicas();
    const { hostname, port } = new URL(among[turn++ % among.length] as string);
    const far = connect(Number(port), hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.setNoDelay(true).pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    close() {
      clearInterval(probing);
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(1_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
