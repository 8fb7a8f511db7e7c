import { rmSync } from 'node:fs';
import { Failure } from '../failure.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { writeAtomically } from '../supervisor/write-atomically.ts';
import { openControlServer, type Verb } from './control-server.ts';
import { type Control, controlFile } from './running.ts';
import { openSpanStore, type SpanStore } from './spans.ts';

/**
 * Opens the control server and writes its address into the state folder, until the supervisor is closed. Returns the
 * store of spans, and the address to which services send theirs.
 */
export async function openControlApi(
  supervisor: Supervisor,
): Promise<{ store: SpanStore; collector: Control }> {
  const store = openSpanStore();
  const controlServer = await openControlServer({
    async control(verb, name) {
      const message = await control(supervisor, verb, name);
      supervisor.print(`${message} (npm run stack)`);
      return message;
    },
    processes: () => supervisor.processes.map((process) => process.status()),
    spans: store,
  });
  const file = controlFile(supervisor.folder.dir);
  writeAtomically(file, { url: controlServer.url, secret: controlServer.secret });
  supervisor.onClosed(() => {
    controlServer.close();
    rmSync(file, { force: true });
  });
  return { store, collector: controlServer.collector };
}

const results = { stop: 'is stopped', start: 'is running', pause: 'is paused', resume: 'is running again' };

/** Performs a command of `npm run stack`, and returns a sentence about its result. */
export async function control(supervisor: Supervisor, verb: Verb, name: string): Promise<string> {
  const one = supervisor.processes.find((process) => process.name === name);
  const names = supervisor.processes.map((process) => process.name).join(', ');
  if (!one) throw new Failure(`There is no process "${name}" here; there are ${names}.`);
  await one[verb]();
  return `${name} ${results[verb]}`;
}
