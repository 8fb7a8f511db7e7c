import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import { connectInspector, type Inspector } from './inspector.ts';

/** A running Node process, and the file of its standard error. */
export type Target = { name: string; pid: number; log: string };

/** An inspector to use; `release` leaves it as it was found. */
export type OpenedInspector = { inspector: Inspector; release(): Promise<void> };

const OPENS_WITHIN_MS = 10_000;
const CLOSES_WITHIN_MS = 2_000;

/**
 * Connects to the inspector of a process that runs already. A closed one is opened by SIGUSR1, and `release` closes it
 * again (https://nodejs.org/api/process.html#signal-events). An open one, such as that of `npm run dev`, stays open.
 * The address has an id that no other inspector has, so an old line of the log never leads to another process.
 *
 * @throws Failure where the process has ended, or opens no inspector
 */
export async function openInspector(target: Target): Promise<OpenedInspector> {
  const before = readLog(target.log);
  const known = openAddresses(before).at(-1);
  const found = known ? await connectInspector(known).catch(() => undefined) : undefined;
  if (found) return { inspector: found, release: async () => found.close() };
  signal(target);
  const url = await newAddress(target, before.length);
  const inspector = await connectInspector(url);
  return { inspector, release: () => closeInspector(inspector, url) };
}

/** The addresses of the inspectors that a log names as open and not as closed again, in Node's own words. */
export function openAddresses(log: string): string[] {
  const open = [...log.matchAll(/^Debugger listening on (ws:\/\/\S+)/gm)].map(([, url]) => url as string);
  return open.filter((url) => !log.includes(`Debugger ending on ${url}`));
}

function signal({ name, pid }: Target): void {
  try {
    process.kill(pid, 'SIGUSR1');
  } catch {
    throw new Failure(
      `${name} (pid ${pid}) does not run any more: npm run stack -- status shows the processes.`,
    );
  }
}

async function newAddress({ name, pid, log }: Target, from: number): Promise<string> {
  const deadline = Date.now() + OPENS_WITHIN_MS;
  while (Date.now() < deadline) {
    const added = readLog(log).slice(from);
    const [url] = openAddresses(added);
    if (url) return url;
    const refusal = /^Starting inspector on .*$/m.exec(added);
    if (refusal) throw new Failure(`The inspector of ${name} did not open: ${refusal[0]}`);
    await sleep(20);
  }
  throw new Failure(`${name} (pid ${pid}) opened no inspector within 10 s: is it paused? See ${log}`);
}

const readLog = (file: string) => (existsSync(file) ? readFileSync(file, 'latin1') : '');

/**
 * `close` waits for the end of all connections, so the process calls it when it has answered and this one has ended. Until
 * its port is closed, a new signal would be lost.
 */
async function closeInspector(inspector: Inspector, url: string): Promise<void> {
  const close = `setImmediate(() => process.getBuiltinModule('node:inspector').close())`;
  const asked = inspector.evaluate(`void ${close}`).catch(() => {});
  await Promise.race([asked, sleep(CLOSES_WITHIN_MS, undefined, { ref: false })]);
  inspector.close();
  const deadline = Date.now() + CLOSES_WITHIN_MS;
  while (Date.now() < deadline && (await isListening(Number(new URL(url).port)))) await sleep(20);
}

function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise((resolve) => {
    socket.on('connect', () => resolve(true));
    socket.on('error', () => resolve(false));
  }).finally(() => socket.destroy()) as Promise<boolean>;
}

/** Connects to the inspector at an address that a person has opened: HOST:PORT. */
export async function inspectorAt(place: string): Promise<OpenedInspector> {
  const answer = await fetch(`http://${place}/json/list`, { signal: AbortSignal.timeout(5_000) })
    .then((response) => response.json() as Promise<{ webSocketDebuggerUrl: string }[]>)
    .catch(() => []);
  const url = answer[0]?.webSocketDebuggerUrl;
  if (!url)
    throw new Failure(`No inspector answers at ${place}: kill -USR1 PID opens that of a Node process.`);
  const inspector = await connectInspector(url);
  return { inspector, release: async () => inspector.close() };
}
