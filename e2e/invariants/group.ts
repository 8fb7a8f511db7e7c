import type { PublishedEvent } from './evidence.ts';

/** Each event once, where it was first published. */
export function firstPublished(events: PublishedEvent[]): PublishedEvent[] {
  const seen = new Set<string>();
  return events.filter(({ id }) => !seen.has(id) && seen.add(id));
}

/** Finds the items of one order, or of any other name that `nameOf` gives them. */
export function grouped<Item>(items: Item[], nameOf: (item: Item) => string): (name: string) => Item[] {
  const groups = Map.groupBy(items, nameOf);
  return (name) => groups.get(name) ?? [];
}

/** A violation for each name that more than one item has. */
export function repeated<Item>(items: Item[], nameOf: (item: Item) => string, kind: string): string[] {
  return [...Map.groupBy(items, nameOf)]
    .filter(([, same]) => same.length > 1)
    .map(([name, same]) => `There are ${same.length} ${kind} ${name}.`);
}
