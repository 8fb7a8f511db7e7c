import type { Severity } from './alert.ts';

/** How fast an error budget is used up, measured in a long window and, to end soon after the fault, in a short one. */
export interface Burn {
  /** How many times the rate at which the budget lasts for 30 days. */
  factor: number;
  long: string;
  short: string;
  severity: Severity;
  /** The long window, after "In ". */
  words: string;
  /** When the budget is used up. */
  gone: string;
}

/** The Site Reliability Workbook, chapter 5, table 5-8: how fast, in which two windows, who is told. */
export const BURNS: readonly Burn[] = [
  { factor: 14.4, long: '1h', short: '5m', severity: 'page', words: 'the last hour', gone: '2 days' },
  { factor: 6, long: '6h', short: '30m', severity: 'page', words: 'the last 6 hours', gone: '5 days' },
  { factor: 1, long: '3d', short: '6h', severity: 'ticket', words: 'the last 3 days', gone: '30 days' },
];

/** All windows of which the rules record the bad share. */
export const WINDOWS = [...new Set(BURNS.flatMap(({ long, short }) => [short, long]))];
