import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KafkaPlace } from '../clients/kafka-client.ts';
import { Failure } from '../failure.ts';
import { variable } from '../project.ts';
import { supervisorPid } from '../supervisor/processes/process-registry.ts';
import { jsonObject } from '../text/printable.ts';
import type { ServiceName, StandInName } from '../topology.ts';

/** The pid is null while the process is down, and for a server that the stack has not started. */
type Process = { url: string; pid: number | null };

/** The contents of `running.json`: the address of each process. */
export type Running = {
  services: Record<ServiceName, Process>;
  external: Record<StandInName, Process>;
  servers: { postgres: Process; redis: Process; kafka: KafkaPlace & { pid: number | null } };
};

/** The address of the control server or of its collector, and the secret that it requires. */
export type Control = { url: string; secret: string };

/** The setting by which the user sends a signal elsewhere or nowhere; null where it comes to the stack. */
export type SentElsewhere = Record<'traces' | 'metrics', string | null>;

export const runningFile = (dir: string) => join(dir, 'running.json');
export const controlFile = (dir: string) => join(dir, 'control.json');

/**
 * Reads the addresses of the running system. A container has no state folder and no supervisor: there TENFOLD_RUNNING_FILE
 * names the file. Throws a Failure when no system runs on this folder, or it is not ready; a file left by a crash counts
 * as none.
 */
export function readRunning(dir: string): Running {
  const given = process.env[variable('RUNNING_FILE')];
  if (given) return JSON.parse(readFileSync(given, 'utf8')) as Running;
  return read<Running>(dir, runningFile(dir));
}

/** Throws a Failure as `readRunning` does. */
export const readControl = (dir: string) =>
  read<Control & { sentElsewhere: SentElsewhere }>(dir, controlFile(dir));

/** Whether a system runs on this folder, ready or not. */
export const isSystemRunning = (dir: string) => supervisorPid(join(dir, 'processes.json')) !== null;

function read<Contents>(dir: string, file: string): Contents {
  if (!isSystemRunning(dir)) throw new Failure(`No system runs on ${dir}: start it with npm start.`);
  const contents = existsSync(file) ? jsonObject(readFileSync(file, 'utf8')) : undefined;
  if (!contents) throw new Failure(`The system on ${dir} is not ready yet: try again in a moment.`);
  return contents as Contents;
}
