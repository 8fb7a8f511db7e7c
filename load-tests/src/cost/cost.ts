import { busyShare, type MachineTime } from './machine-time.ts';
import type { Statement, Work } from './statements.ts';
import { type Turns, turnsOf } from './turns.ts';

/** All counters at one moment. */
export interface Reading {
  atMs: number;
  /** The number of confirmed orders. */
  confirmed: number;
  machine: MachineTime;
  /** By process, each with its children. */
  processorSeconds: Record<string, number>;
  work: Work;
}

/** The difference of two readings. */
export interface Cost {
  seconds: number;
  confirmed: number;
  /** The share of the machine that was busy with anything. */
  busy: number;
  processorSeconds: Record<string, number>;
  statements: number;
  transactions: number;
  /** Transactions that wrote, so they waited for the disk. */
  writes: number;
  turns: Turns[];
  /** By statement, the most frequent first. */
  calls: Statement[];
}

export function costBetween(before: Reading, after: Reading): Cost {
  const calls = callsBetween(before.work.statements, after.work.statements);
  return {
    seconds: (after.atMs - before.atMs) / 1_000,
    confirmed: after.confirmed - before.confirmed,
    busy: busyShare(before.machine, after.machine),
    processorSeconds: differences(before.processorSeconds, after.processorSeconds),
    statements: sum(calls.map((one) => one.calls)),
    transactions: after.work.transactions - before.work.transactions,
    writes: after.work.writes - before.work.writes,
    turns: turnsOf(calls),
    calls,
  };
}

/**
 * The cost of the orders alone: the idle cost is subtracted for the same time. Turns and single statements are left out,
 * since a loop with work makes fewer empty turns.
 */
export function lessIdle(cost: Cost, idle: Cost): Cost {
  const scale = cost.seconds / idle.seconds;
  const processes = Object.entries(cost.processorSeconds).map(
    ([name, seconds]) => [name, seconds - (idle.processorSeconds[name] ?? 0) * scale] as const,
  );
  return {
    ...cost,
    processorSeconds: Object.fromEntries(processes),
    statements: cost.statements - idle.statements * scale,
    transactions: cost.transactions - idle.transactions * scale,
    writes: cost.writes - idle.writes * scale,
    turns: [],
    calls: [],
  };
}

export function totalSeconds({ processorSeconds }: Cost): number {
  return sum(Object.values(processorSeconds));
}

function callsBetween(before: Statement[], after: Statement[]): Statement[] {
  const earlier = new Map(before.map((one) => [one.id, one]));
  return after
    .map((one) => {
      const { calls = 0, rows = 0 } = earlier.get(one.id) ?? {};
      return { ...one, calls: one.calls - calls, rows: one.rows - rows };
    })
    .filter(({ calls }) => calls > 0)
    .sort((one, other) => other.calls - one.calls);
}

/** Not below zero: `ps` forgets processes that have exited, as those of Postgres's autovacuum. */
function differences(before: Record<string, number>, after: Record<string, number>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(after).map(([name, seconds]) => [name, Math.max(0, seconds - (before[name] ?? 0))]),
  );
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
