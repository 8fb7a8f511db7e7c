import assert from 'node:assert/strict';
import type { Evidence } from './evidence.ts';

/** A way in which a history can be wrong, how a right one is made so, and what the invariant must then say. */
export type Wrong = [invariant: string, what: string, spoil: (evidence: Evidence) => unknown, says: RegExp];

/** The first of a list that has these properties; there must be one. */
export function only<Item extends object>(items: Item[], wanted: Partial<Item>): Item {
  const found = items.find((item) =>
    Object.entries(wanted).every(([name, value]) => item[name as keyof Item] === value),
  );
  assert.ok(found, `There is none with ${JSON.stringify(wanted)}.`);
  return found;
}

export function remove<Item extends object>(items: Item[], wanted: Partial<Item>): void {
  items.splice(items.indexOf(only(items, wanted)), 1);
}
