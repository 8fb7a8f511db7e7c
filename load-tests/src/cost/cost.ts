import { busyShare, type MachineTime } from './machine-time.ts';
import type { Statement, Work } from './statements.ts';
import { type Turns, turnsOf } from './turns.ts';

/** All that is counted, as it stands at one moment. */
export interface Reading {
  atMs: number;
  /** Orders that have been confirmed. */
  confirmed: number;
  machine: MachineTime;
  /** By process: each with what it has started. */
  processorSeconds: Record<string, number>;
  work: Work;
}

/** What was spent between two readings. */
export interface Cost {
  seconds: number;
  confirmed: number;
  /** The share of the machine that was busy, with all that ran on it. */
  busy: number;
  processorSeconds: Record<string, number>;
  statements: number;
  transactions: number;
  /** Transactions that wrote something, and so had to wait for the disk. */
  writes: number;
  turns: Turns[];
  /** Statement by statement, those that were called most first. */
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
 * What the orders cost beyond what would have been spent without them: `idle` is taken off for as long as it took. Of
 * turns and single statements nothing is said, since a loop with work to do takes fewer turns in vain.
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

/** Without the processes of Postgres's clean-up, say, which `ps` forgets when they end, nothing would be below zero. */
function differences(before: Record<string, number>, after: Record<string, number>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(after).map(([name, seconds]) => [name, Math.max(0, seconds - (before[name] ?? 0))]),
  );
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
