import type { Latency } from './figures.ts';

export const latencyNames = ['p50 ms', 'p95 ms', 'p99 ms', 'max ms'];

export function latencyCells({ p50, p95, p99, max }: Latency): string[] {
  return [p50, p95, p99, max].map((value) => (Number.isNaN(value) ? '-' : value.toFixed(1)));
}
