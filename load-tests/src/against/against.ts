import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '@repo/stack';
import type { Result } from '../measure.ts';
import { type Comparison, compare, type Round } from './compare.ts';
import { type KeyFigures, keyFiguresOf } from './key-figures.ts';
import { openWorktree } from './worktree.ts';

export interface AgainstPlan {
  commit: string;
  rounds: number;
  /** The arguments of the bench for both. */
  questions: string[];
  /** Further arguments for that commit alone. */
  questionsOfThat: string[];
}

export interface AgainstResult {
  startedAt: string;
  commit: string;
  questions: string[];
  rounds: Round[];
  comparisons: Comparison[];
}

interface AgainstContext {
  /** The folder of the bench, and the file to which each run writes its result. */
  folder: string;
  latest: string;
  print: (line: string) => void;
  signal: AbortSignal;
}

const bench = join(import.meta.dirname, '../../bench.ts');

/**
 * Measures that commit and this tree in turn, each in a new process. Both are measured with the bench of this tree, and
 * only the started system differs: so a change of the bench makes no difference between the two.
 */
export async function measureAgainst(
  { commit, rounds: count, questions, questionsOfThat }: AgainstPlan,
  { folder, latest, print, signal }: AgainstContext,
): Promise<AgainstResult> {
  const startedAt = new Date().toISOString();
  const worktree = await openWorktree(folder, commit, { print, signal });
  const log = join(folder, 'against.log');
  rmSync(log, { force: true });
  const rounds: Round[] = [];
  try {
    for (let round = 1; round <= count; round++) {
      print(`round ${round} of ${count}: ${worktree.name}`);
      const ofThat = [...questions, ...questionsOfThat, '--checkout', worktree.dir];
      const that = await runOnce(ofThat, { latest, log, print, signal });
      print(`round ${round} of ${count}: this tree`);
      const own = await runOnce(questions, { latest, log, print, signal });
      rounds.push({ that, this: own });
    }
  } finally {
    await worktree.remove();
  }
  const comparisons = compare(rounds);
  if (comparisons.length === 0) throw new Failure(`Nothing could be compared: see ${log}.`);
  return { startedAt, commit: worktree.name, questions, rounds, comparisons };
}

/** The figures of one run; none if it is not valid. */
async function runOnce(
  args: string[],
  { latest, log, print, signal }: Omit<AgainstContext, 'folder'> & { log: string },
): Promise<KeyFigures> {
  rmSync(latest, { force: true });
  const command = [...process.execArgv, bench, ...args];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = createWriteStream(log, { flags: 'a' });
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  await endOf(child, signal);
  output.end();
  signal.throwIfAborted();
  const result: Result | undefined = existsSync(latest)
    ? JSON.parse(readFileSync(latest, 'utf8'))
    : undefined;
  if (result?.faults.length === 0) return keyFiguresOf(result);
  print(`  the run is not valid: ${result?.faults[0] ?? `it did not finish, see ${log}`}`);
  return {};
}

/** A child that is stopped first stops its own system. */
async function endOf(child: ChildProcess, signal: AbortSignal): Promise<void> {
  const end = () => child.kill('SIGTERM');
  signal.addEventListener('abort', end);
  await once(child, 'close');
  signal.removeEventListener('abort', end);
}
