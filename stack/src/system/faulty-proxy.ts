import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy in front of one server, through which its clients lose it, for as long as a test or a fault lasts. */
export interface FaultyProxy {
  /** The port on loopback. */
  port: number;
  /** The server's URL, with the proxy in place of its address. */
  url: string;
  /** How many connections clients have opened so far. */
  connections(): number;
  /** Delays every byte, in both directions. */
  delay(ms: number): void;
  /** Breaks all connections and refuses new ones: the server is down. */
  cut(): void;
  /** Breaks all connections, accepts new ones, and resets them at once: the network is broken behind the proxy. */
  reject(): void;
  /** Breaks the open connections with a reset (RFC 9293, §3.5.3) and lets new ones through. */
  reset(): void;
  /** Passes nothing on and closes nothing, also on new connections: the server is silent. */
  freeze(): void;
  /** The same on the open connections alone, as if the process at one end of them were stopped. */
  freezeOpen(): void;
  /** Ends every fault, at the same port; nothing, where there is none. */
  restore(): Promise<void>;
  close(): Promise<void>;
}

type Pair = [near: Socket, far: Socket];
type Mode = 'open' | 'rejecting' | 'frozen';

/**
 * Opens a proxy that passes everything on until a fault is asked for. It dials only when a client comes, so the server may
 * start later.
 *
 * @param defaultPort of the server, where the URL names none
 */
export async function createFaultyProxy(serverUrl: string, defaultPort = 0): Promise<FaultyProxy> {
  const target = new URL(serverUrl);
  const pairs = new Set<Pair>();
  const frozen = new Set<Pair>();
  let mode: Mode = 'open';
  let delayMs = 0;
  let connections = 0;

  const server = createServer((near) => {
    connections++;
    if (mode === 'rejecting') {
      near.on('error', () => {}).resetAndDestroy();
      return;
    }
    const pair: Pair = [near, connect(Number(target.port || defaultPort), target.hostname)];
    pairs.add(pair);
    joinPair(pair, { isFrozen: () => mode === 'frozen' || frozen.has(pair), delayMs: () => delayMs });
    near.once('close', () => {
      pairs.delete(pair);
      frozen.delete(pair);
    });
  });

  const onEach = (act: (socket: Socket) => void) => {
    for (const pair of pairs) for (const socket of pair) act(socket);
  };
  let closed: Promise<unknown> | undefined;
  const cut = () => {
    closed ??= once(server, 'close');
    server.close();
    onEach((socket) => socket.destroy());
  };
  const freezeOpen = () => {
    for (const pair of pairs) frozen.add(pair);
    onEach((socket) => socket.pause());
  };

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = new URL(serverUrl);
  url.host = `127.0.0.1:${port}`;

  return {
    port,
    url: url.href,
    connections: () => connections,
    delay(ms) {
      delayMs = ms;
    },
    cut,
    reject() {
      mode = 'rejecting';
      onEach((socket) => socket.destroy());
    },
    // Node would reset a socket that still connects only later, and add a listener for it each time.
    reset: () => onEach((socket) => (socket.connecting ? socket.destroy() : socket.resetAndDestroy())),
    freeze() {
      mode = 'frozen';
      freezeOpen();
    },
    freezeOpen,
    async restore() {
      if (closed) {
        await closed;
        closed = undefined;
        server.listen(port, '127.0.0.1');
        await once(server, 'listening');
      }
      mode = 'open';
      delayMs = 0;
      frozen.clear();
      for (const [near, far] of pairs) if (!far.connecting) for (const socket of [near, far]) socket.resume();
    },
    async close() {
      cut();
      await closed;
    },
  };
}

interface Faults {
  isFrozen(): boolean;
  delayMs(): number;
}

/** Passes bytes on between two sockets, of which each is closed with the other. */
function joinPair([near, far]: Pair, faults: Faults): void {
  for (const socket of [near, far]) {
    // Until both ends are connected, and while the proxy is frozen, bytes that were read would have nowhere to go.
    socket.setNoDelay(true).pause();
    // A socket that breaks is closed next.
    socket.on('error', () => {});
    socket.once('close', () => {
      near.destroy();
      far.destroy();
    });
  }
  far.once('connect', () => {
    forward(near, far, faults);
    forward(far, near, faults);
    if (!faults.isFrozen()) for (const socket of [near, far]) socket.resume();
  });
}

function forward(from: Socket, to: Socket, { isFrozen, delayMs }: Faults): void {
  const later = (act: () => void) => {
    // Timers of one length fire in the order in which they were set, so the bytes keep theirs.
    if (delayMs() > 0) setTimeout(act, delayMs());
    else act();
  };
  from.on('data', (chunk: Buffer) =>
    later(() => {
      if (to.write(chunk)) return;
      from.pause();
      to.once('drain', () => !isFrozen() && from.resume());
    }),
  );
  from.on('end', () => later(() => to.end()));
}
