import { availableParallelism, cpus } from 'node:os';
import { table } from '@repo/stack';
import type { Peaks } from '../../../src/cost/memory.ts';
import type { Latency } from '../../../src/figures/figures.ts';
import type { Report } from '../artillery/run-artillery.ts';
import { ACCEPTABLE, breakingPointOf, type Window } from './windows.ts';

/** The printed summary: the machine, the orders of each window, and the errors. */
export function summaryOf(windows: Window[], report: Report | undefined): string {
  const rows = windows.map(({ fromSeconds, ordersPerSecond, placed, ended, refusals, failed }) => [
    ...[fromSeconds.toFixed(0), ordersPerSecond.toFixed(1), ms(placed, 'p50'), ms(placed, 'p99')],
    ...[ms(ended, 'p50'), ms(ended, 'p99'), refusals, failed],
  ]);
  const names = ['from s', 'orders/s', 'placed p50 ms', 'p99', 'ended p50 ms', 'p99', 'refused', 'failed'];
  return [
    '',
    `${availableParallelism()} processors (${cpus()[0]?.model.trim() ?? 'unknown'}), Node ${process.version}`,
    table(names, rows),
    ...errorsIn(report),
  ].join('\n');
}

/** The number of customers with each error, as counted by Artillery. */
function errorsIn(report: Report | undefined): string[] {
  return Object.entries(report?.aggregate.counters ?? {})
    .filter(([name]) => name.startsWith('errors.'))
    .map(([name, count]) => `${count} customers failed: ${name.slice('errors.'.length)}`);
}

export function breakingPointIn(windows: Window[]): string {
  const { held, broke } = breakingPointOf(windows);
  const acceptable = `99 of 100 orders end within ${ACCEPTABLE.endedMs / 1_000} s, and no more than one fails`;
  if (!broke) return `It did not break: up to ${rate(held)} ${acceptable}. Try a higher --rate.`;
  const how = `at ${rate(broke)} it takes ${ms(broke.ended, 'p99')} ms, and ${broke.failed} fail`;
  if (!held) return `It was broken from the start: ${how}.`;
  return `Breaking point: ${rate(held)}. Up to there ${acceptable}; ${how}.`;
}

export function memoryIn(peaks: Record<string, Peaks>): string {
  const rows = Object.entries(peaks).map(([name, { first, last }]) => [
    name,
    first.toFixed(0),
    last.toFixed(0),
  ]);
  return table(['resident memory, peak', 'first quarter MB', 'last quarter MB'], rows);
}

const rate = (window: Window | undefined) => `${(window?.ordersPerSecond ?? 0).toFixed(0)} orders/s`;

const ms = (latency: Latency, share: 'p50' | 'p99') =>
  Number.isNaN(latency[share]) ? '-' : latency[share].toFixed(0);
