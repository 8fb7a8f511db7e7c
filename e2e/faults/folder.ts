import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Evidence } from '../invariants/evidence.ts';
import type { Outcome } from './run-scenario.ts';

/** What fault runs leave, beside the folder of `npm start`. */
export const FOLDER = resolve(import.meta.dirname, '../../.tenfold-faults');

/**
 * Keeps what a broken promise is to be understood from, and answers where: what was done and when, the verdicts, the
 * clients' calls, the tables, the topics, the ledger, and what the processes logged.
 */
export function keepEvidence(
  { name, outcomes, evidence }: { name: string; outcomes: Outcome[]; evidence: Evidence },
  systemDir: string,
): string {
  const kept = join(FOLDER, name);
  rmSync(kept, { recursive: true, force: true });
  mkdirSync(kept, { recursive: true });
  const write = (file: string, content: unknown) =>
    writeFileSync(join(kept, file), JSON.stringify(content, null, 2));
  const { calls, events, ...tables } = evidence;
  write('outcomes.json', outcomes);
  write('calls.json', calls);
  write('events.json', events);
  write('tables.json', tables);
  const logs = join(systemDir, 'logs');
  if (existsSync(logs)) cpSync(logs, join(kept, 'logs'), { recursive: true });
  return kept;
}
