import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../project.ts';
import type { ProcessSpec } from '../supervisor/processes/child.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { type StandInName, standIns } from '../topology.ts';
import type { Ports } from './ports.ts';

export const loopback = (port: number) => `http://127.0.0.1:${port}`;

export const standInUrl = (name: StandInName, ports: Ports) => loopback(ports[standIns[name].ports[0][0]]);

/** The spec of a stand-in. Its data is in a file, and survives a restart. */
export function standInSpec(
  { folder }: Supervisor,
  name: StandInName,
  ports: Ports,
  env: NodeJS.ProcessEnv,
): ProcessSpec {
  mkdirSync(folder.path('external'), { recursive: true });
  const own = Object.fromEntries(
    standIns[name].ports.map(([variable]) => [variable, String(ports[variable])]),
  );
  return {
    name,
    group: 'stand-in',
    command: [process.execPath, 'src/main.ts'],
    cwd: join(repository, 'external', name),
    env: { ...env, HOST: '127.0.0.1', ...own, [standIns[name].file]: folder.path('external', name) },
    log: folder.log(name),
    isReady: () => answersOk(`${standInUrl(name, ports)}/livez`),
    readyWithinMs: 20_000,
    endSignal: 'SIGTERM',
    endWithinMs: 8_000,
    firstAttempts: 1,
  };
}

export async function answersOk(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  await response.body?.cancel();
  return response.ok;
}
