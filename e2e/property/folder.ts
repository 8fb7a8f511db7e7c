import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Result } from './run.ts';

/** The folder of property runs, next to that of `npm start`. */
export const FOLDER = resolve(import.meta.dirname, '../../.tenfold-property');

/** Keeps the evidence of a run and the logs of its processes, and returns their folder. */
export function keepEvidence({ plan, verdicts, evidence }: Result, systemDir: string): string {
  const kept = join(FOLDER, `seed-${plan.seed}`);
  rmSync(kept, { recursive: true, force: true });
  mkdirSync(kept, { recursive: true });
  writeFileSync(join(kept, 'evidence.json'), JSON.stringify({ plan, verdicts, evidence }, null, 2));
  const logs = join(systemDir, 'logs');
  if (existsSync(logs)) cpSync(logs, join(kept, 'logs'), { recursive: true });
  return kept;
}
