import { once } from 'node:events';
import { connect } from 'node:net';

/**
 * Sends one request over TCP and returns the first chunk of the response: enough to check a server without a client
 * library. Rejects when no server listens or responds within the time, or when the other side closes the connection, as
 * the proxy of a container's port does while the container does not listen yet.
 */
export async function exchange(
  host: string,
  port: number,
  request: Buffer | string,
  withinMs = 2_000,
): Promise<Buffer> {
  const socket = connect({ host, port });
  socket.on('error', () => {}).once('end', () => socket.destroy(new Error('the connection was closed')));
  try {
    const signal = AbortSignal.timeout(withinMs);
    await once(socket, 'connect', { signal });
    socket.write(request);
    const [reply] = (await once(socket, 'data', { signal })) as [Buffer];
    return reply;
  } finally {
    socket.destroy();
  }
}
