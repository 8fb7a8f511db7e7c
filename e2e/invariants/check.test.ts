import assert from 'node:assert/strict';
import { test } from 'node:test';
import { activeParts } from '../services/active-parts.ts';
import type { ServicePart } from '../services/service-part.ts';
import { checkInvariants } from './check.ts';
import type { Evidence } from './evidence.ts';
import { generalHistories } from './general-histories.ts';

const historiesOf = (parts: ServicePart[]) => [
  generalHistories,
  ...parts.flatMap(({ histories }) => histories ?? []),
];
const WRONG = historiesOf(activeParts).flatMap(({ wrong }) => wrong);

/** A short history that breaks no invariant: the parts of all services, one after the other. */
function correctHistory(parts: ServicePart[] = activeParts): Evidence {
  const shares = historiesOf(parts).map(({ correct }) => correct());
  const history: Record<string, unknown> = {};
  for (const [field, items] of shares.flatMap((share) => Object.entries(share)))
    history[field] = Array.isArray(items) ? [...((history[field] as unknown[]) ?? []), ...items] : items;
  const evidence = history as unknown as Evidence;
  return { ...evidence, events: evidence.events.map((event, offset) => ({ ...event, offset })) };
}

function violationsOf(evidence: Evidence, parts?: ServicePart[]): string[] {
  return checkInvariants(evidence, parts).flatMap(({ violations }) => violations);
}

test('a correct history breaks no invariant', () => {
  for (const { invariant, violations } of checkInvariants(correctHistory()))
    assert.deepEqual(violations, [], `invariant ${invariant}`);
});

for (const [invariant, what, change, violation] of WRONG) {
  test(`invariant ${invariant} catches ${what}`, () => {
    const evidence = correctHistory();
    change(evidence);
    const verdict = checkInvariants(evidence).find((one) => one.invariant === invariant);
    assert.match(verdict?.violations.join('\n') ?? '', violation);
  });
}

test('an event that was published twice is no violation', () => {
  const evidence = correctHistory();
  evidence.events.push(...evidence.events);
  assert.deepEqual(violationsOf(evidence), []);
});

test('a dead letter of a poisoned key, and its later events once it is discarded, are no violation', () => {
  const evidence = correctHistory();
  const poison = { service: 'payment', topic: 'order.events', partition: 0, offset: -1 };
  evidence.deadLetters.push({ service: 'payment', kind: 'behind', key: 'rejected-1' });
  evidence.poisons.push({ ...poison, key: 'rejected-1', discardedAt: null });
  evidence.poisons.push({ ...poison, key: 'confirmed-1', discardedAt: '2026-01-01T00:00:05.000Z' });
  const messageId = 'order.reserved of confirmed-1';
  evidence.effects.push({ service: 'payment', messageId, at: '2026-01-01T00:00:06.000Z' });
  assert.deepEqual(violationsOf(evidence), []);
});

test('every invariant has a history that breaks it', () => {
  const broken = new Set(WRONG.map(([invariant]) => invariant));
  for (const { invariant } of checkInvariants(correctHistory())) assert.ok(broken.has(invariant), invariant);
});

test('words come first, then the numbers of the guarantees in their order', () => {
  const names = checkInvariants(correctHistory()).map(({ invariant }) => invariant);
  const numbers = names.map(Number).filter((number) => !Number.isNaN(number));
  assert.deepEqual(names.slice(0, 3), ['rest', 'alarms', 'answers']);
  assert.deepEqual(
    numbers,
    numbers.toSorted((one, other) => one - other),
  );
});

for (const { service } of activeParts) {
  test(`without ${service}, the invariants that need no ${service} are still checked`, () => {
    const others = activeParts.filter((part) => part.service !== service);
    const verdicts = checkInvariants(correctHistory(others), others);
    assert.deepEqual(
      verdicts.flatMap(({ violations }) => violations),
      [],
    );
    assert.ok(verdicts.length >= 7, `${verdicts.length} are left`);
  });
}
