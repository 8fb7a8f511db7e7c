import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KafkaPlace } from '../clients/kafka-client.ts';
import { Failure } from '../failure.ts';
import { variable } from '../project.ts';
import { supervisorPid } from '../supervisor/processes/process-registry.ts';
import { jsonObject } from '../text/printable.ts';
import type { ServiceName, StandInName } from '../topology.ts';

/** A pid is null while its process is down, and for a server that is not ours. */
type Process = { url: string; pid: number | null };

/** What `running.json` says: where everything is. */
export type Running = {
  services: Record<ServiceName, Process>;
  external: Record<StandInName, Process>;
  servers: { postgres: Process; redis: Process; kafka: KafkaPlace & { pid: number | null } };
};

/** Where the supervisor listens for commands and traces, and the secret that it wants to hear. */
export type Control = { url: string; secret: string };

export const runningFile = (dir: string) => join(dir, 'running.json');
export const controlFile = (dir: string) => join(dir, 'control.json');

/**
 * Where everything is. In a container there is no folder and no supervisor: TENFOLD_RUNNING_FILE names a file that says
 * it. Throws a Failure when nothing runs on this folder, or not yet; a file left by a crash counts as nothing.
 */
export function readRunning(dir: string): Running {
  const given = process.env[variable('RUNNING_FILE')];
  if (given) return JSON.parse(readFileSync(given, 'utf8')) as Running;
  return read<Running>(dir, runningFile(dir));
}

/** Throws a Failure as `readRunning` does. */
export const readControl = (dir: string) => read<Control>(dir, controlFile(dir));

/** Whether a system runs on this folder, be it ready or not yet. */
export const isSystemRunning = (dir: string) => supervisorPid(join(dir, 'processes.json')) !== null;

function read<Contents>(dir: string, file: string): Contents {
  if (!isSystemRunning(dir)) throw new Failure(`Nothing runs on ${dir}: start it with npm start.`);
  const contents = existsSync(file) ? jsonObject(readFileSync(file, 'utf8')) : undefined;
  if (!contents) throw new Failure(`What runs on ${dir} is not ready yet: try again in a moment.`);
  return contents as Contents;
}
