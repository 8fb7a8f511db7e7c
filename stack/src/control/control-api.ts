import { rmSync } from 'node:fs';
import { Failure } from '../failure.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { writeAtomically } from '../supervisor/write-atomically.ts';
import { openTelemetry, type Telemetry } from '../telemetry/telemetry.ts';
import { openControlServer, type Verb } from './control-server.ts';
import { type Control, controlFile, type SentElsewhere } from './running.ts';

/**
 * Opens the control server and writes its address into the state folder, until the supervisor is closed. Returns the
 * telemetry that has been received, and the address to which services send theirs.
 */
export async function openControlApi(
  supervisor: Supervisor,
  sentElsewhere: SentElsewhere,
): Promise<{ telemetry: Telemetry; collector: Control }> {
  const telemetry = openTelemetry(supervisor.folder.dir, supervisor.print);
  const controlServer = await openControlServer({
    async control(verb, name) {
      const message = await control(supervisor, verb, name);
      supervisor.print(`${message} (npm run stack)`);
      return message;
    },
    processes: () => supervisor.processes.map((process) => process.status()),
    telemetry,
  });
  const file = controlFile(supervisor.folder.dir);
  writeAtomically(file, { url: controlServer.url, secret: controlServer.secret, sentElsewhere });
  supervisor.onClosed(() => {
    controlServer.close();
    telemetry.close();
    rmSync(file, { force: true });
  });
  return { telemetry, collector: controlServer.collector };
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
