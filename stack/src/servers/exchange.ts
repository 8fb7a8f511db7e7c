import { once } from 'node:events';
import { connect } from 'node:net';

/**
 * Sends one request over TCP and answers the first piece of the reply: enough to ask a server whether it is there
 * without a client library. Rejects when nobody listens or answers within the time, or the other side hangs up, as
 * whoever forwards a container's port does while nobody listens in there.
 */
export async function exchange(
  host: string,
  port: number,
  request: Buffer | string,
  withinMs = 2_000,
): Promise<Buffer> {
  const socket = connect({ host, port });
  socket.on('error', () => {}).once('end', () => socket.destroy(new Error('it hung up')));
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
