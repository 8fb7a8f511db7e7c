import type { PublishedEvent } from '../../invariants/evidence.ts';

/** Compares the events of an order, and of the services that answer it, with those that their states have caused. */
export function faultsOfAnswers(order: string, expected: string[], published: PublishedEvent[]): string[] {
  const wanted = new Set(expected);
  const found = new Set(published.map(({ type }) => type));
  return [
    ...[...wanted.difference(found)].map((type) => `${type} was never published for order ${order}.`),
    ...[...found.difference(wanted)].map((type) => `${type} is published for order ${order}.`),
  ];
}
