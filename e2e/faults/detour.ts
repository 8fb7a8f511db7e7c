import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A way to a server on which things go wrong. */
export interface Detour {
  /** The port on loopback through which the server is reached. */
  port: number;
  /** Holds up every byte, in both directions, by so many milliseconds. */
  delay(ms: number): void;
  /** Breaks all connections, and refuses new ones: the server is away. */
  cut(): void;
  /** Breaks all connections as they are, with a reset (RFC 9293, §3.5.3); new ones are let through. */
  reset(): void;
  /** Lets nothing through any more, and closes nothing: the other side is silent. */
  freeze(): void;
  /** All is well again. */
  mend(): void;
  close(): Promise<void>;
}

type Mood = 'well' | 'cut' | 'frozen';

/** Opens a way to a port on loopback: a TCP proxy that does nothing until it is told to. */
export async function openDetour(target: number): Promise<Detour> {
  const pairs = new Set<[near: Socket, far: Socket]>();
  let mood: Mood = 'well';
  let delayMs = 0;

  const server = createServer((near) => {
    if (mood === 'cut') {
      near.resetAndDestroy();
      return;
    }
    const far = connect(target, '127.0.0.1');
    const pair: [Socket, Socket] = [near, far];
    pairs.add(pair);
    for (const socket of pair) {
      // Until both ends are there, and while it is frozen, nothing is read that would have nowhere to go.
      socket.setNoDelay(true).pause();
      // A socket that breaks is closed next.
      socket.on('error', () => {});
      socket.once('close', () => {
        pairs.delete(pair);
        near.destroy();
        far.destroy();
      });
    }
    far.once('connect', () => {
      passOn(near, far);
      passOn(far, near);
      if (mood !== 'frozen') for (const socket of pair) socket.resume();
    });
  });

  function passOn(from: Socket, to: Socket): void {
    const write = (chunk: Buffer) => {
      if (!to.write(chunk)) {
        from.pause();
        to.once('drain', () => mood !== 'frozen' && from.resume());
      }
    };
    from.on('data', (chunk: Buffer) => {
      // Timers of one length fire in the order in which they were set, so the bytes keep theirs.
      if (delayMs > 0) setTimeout(write, delayMs, chunk);
      else write(chunk);
    });
    from.on('end', () => {
      if (delayMs > 0) setTimeout(() => to.end(), delayMs);
      else to.end();
    });
  }

  function cut(): void {
    mood = 'cut';
    for (const [near, far] of pairs) for (const socket of [near, far]) socket.destroy();
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: (server.address() as { port: number }).port,
    delay(ms) {
      delayMs = ms;
    },
    cut,
    reset() {
      for (const [near, far] of pairs) for (const socket of [near, far]) socket.resetAndDestroy();
    },
    freeze() {
      mood = 'frozen';
      for (const [near, far] of pairs) for (const socket of [near, far]) socket.pause();
    },
    mend() {
      mood = 'well';
      delayMs = 0;
      for (const pair of pairs) if (!pair[1].connecting) for (const socket of pair) socket.resume();
    },
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
