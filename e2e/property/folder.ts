import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { endOrphans } from '@tenfold/stack';
import type { Result } from './run.ts';

/** Beside that of `npm start`. */
const FOLDER = resolve(import.meta.dirname, '../../.tenfold-property');

/** A fresh folder for a system of this run. What runs left that were killed is cleared away first. */
export async function openRunFolder(): Promise<{ dir: string; clear(): Promise<void> }> {
  mkdirSync(FOLDER, { recursive: true });
  for (const name of readdirSync(FOLDER)) {
    const [, pid] = /^run-(\d+)$/.exec(name) ?? [];
    if (pid && !isAlive(Number(pid))) await clear(join(FOLDER, name));
  }
  const dir = join(FOLDER, `run-${process.pid}`);
  return { dir, clear: () => clear(dir) };
}

/** Keeps what a run is to be understood from, and answers where: the evidence, and what the services logged. */
export function keepEvidence({ plan, verdicts, evidence }: Result, systemDir: string): string {
  const kept = join(FOLDER, `seed-${plan.seed}`);
  rmSync(kept, { recursive: true, force: true });
  mkdirSync(kept, { recursive: true });
  writeFileSync(join(kept, 'evidence.json'), JSON.stringify({ plan, verdicts, evidence }, null, 2));
  const logs = join(systemDir, 'logs');
  if (existsSync(logs)) cpSync(logs, join(kept, 'logs'), { recursive: true });
  return kept;
}

async function clear(dir: string): Promise<void> {
  await endOrphans(join(dir, 'processes.json'));
  rmSync(dir, { recursive: true, force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
