import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Evidence } from '../invariants/evidence.ts';
import type { Outcome } from './run-scenario.ts';

/** The folder of fault runs, next to that of `npm start`. */
export const FOLDER = resolve(import.meta.dirname, '../../.tenfold-faults');

/**
 * Keeps the evidence of a broken promise, and returns its folder: the faults with their times, the verdicts, the clients'
 * calls, the topics, the tables with the ledger and the mailbox, and the logs of the processes.
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
