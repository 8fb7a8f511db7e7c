import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy that counts who comes, and can be away. */
export async function openProxy(to: number) {
  const sockets = new Set<Socket>();
  let visitors = 0;
  let server: Server | undefined;
  const pass = (near: Socket) => {
    const far = connect(to, '127.0.0.1');
    visitors++;
    near.pipe(far).pipe(near);
    for (const [one, other] of [[near, far] as const, [far, near] as const]) {
      sockets.add(one);
      one.on('error', () => {}).on('close', () => other.destroy());
    }
  };
  const listen = async (port: number) => {
    server = createServer(pass);
    await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(0);
  return {
    port,
    visitors: () => visitors,
    cut() {
      server?.close();
      for (const socket of sockets) socket.destroy();
    },
    mend: () => listen(port),
  };
}

export type Way = Awaited<ReturnType<typeof openProxy>>;
