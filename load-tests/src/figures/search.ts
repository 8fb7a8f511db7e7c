import type { OpenLoopResult } from '../generator/open-loop.ts';

/** The latency limit (p99) for a customer who waits for the confirmation. */
export const CONFIRMED_WITHIN_MS = 500;

type Loop = Pick<OpenLoopResult, 'rate' | 'refused'> & { confirmed: { p99: number } };

/** Whether the system sustained this rate: all orders were accepted, and confirmed in time. */
export function isSustained({ refused, confirmed }: Loop): boolean {
  return refused === 0 && confirmed.p99 <= CONFIRMED_WITHIN_MS;
}

/** The highest sustained rate of those that were tried. */
export function highestSustained(loops: Loop[]): number | undefined {
  return loops.findLast(isSustained)?.rate;
}

/** Whether the search can stop: one rate that is not sustained may be chance, two in a row are not. */
export function isSearchOver(loops: Loop[]): boolean {
  return loops.length > 1 && !loops.slice(-2).some(isSustained);
}
