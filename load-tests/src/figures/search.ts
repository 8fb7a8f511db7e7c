import type { OpenLoopResult } from '../generator/open-loop.ts';

/** An answer for which a customer waits may take so long, 99 times of 100. */
export const CONFIRMED_WITHIN_MS = 500;

type Loop = Pick<OpenLoopResult, 'rate' | 'refused'> & { confirmed: { p99: number } };

/** Whether these orders/s were borne: all were taken, and confirmed in time. */
export function isSustained({ refused, confirmed }: Loop): boolean {
  return refused === 0 && confirmed.p99 <= CONFIRMED_WITHIN_MS;
}

/** Of the rates that were tried, the highest that was borne. */
export function highestSustained(loops: Loop[]): number | undefined {
  return loops.findLast(isSustained)?.rate;
}

/** Whether higher rates need not be tried: one that is not borne may be chance, two in a row are not. */
export function isSearchOver(loops: Loop[]): boolean {
  return loops.length > 1 && !loops.slice(-2).some(isSustained);
}
