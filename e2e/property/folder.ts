import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Result } from './run.ts';

/** What property runs leave, beside the folder of `npm start`. */
export const FOLDER = resolve(import.meta.dirname, '../../.tenfold-property');

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
