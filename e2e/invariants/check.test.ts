import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkInvariants } from './check.ts';
import { correctHistory } from './right-history.ts';
import { WRONG_DATABASES } from './wrong-books.ts';
import { WRONG_LETTERS } from './wrong-letters.ts';
import { WRONG_ORDERS } from './wrong-orders.ts';
import { WRONG_WORDS } from './wrong-words.ts';

const WRONG = [...WRONG_ORDERS, ...WRONG_DATABASES, ...WRONG_WORDS, ...WRONG_LETTERS];

test('a history in which all is well breaks no invariant', () => {
  for (const { invariant, violations } of checkInvariants(correctHistory()))
    assert.deepEqual(violations, [], `invariant ${invariant}`);
});

for (const [invariant, what, spoil, events] of WRONG) {
  test(`invariant ${invariant} catches ${what}`, () => {
    const evidence = correctHistory();
    spoil(evidence);
    const verdict = checkInvariants(evidence).find((one) => one.invariant === invariant);
    assert.match(verdict?.violations.join('\n') ?? '', events);
  });
}

test('an e-mail that comes twice, and an event that comes twice, are no violation', () => {
  const evidence = correctHistory();
  evidence.mail.push(...evidence.mail);
  evidence.events.push(...evidence.events);
  assert.deepEqual(
    checkInvariants(evidence).flatMap(({ violations }) => violations),
    [],
  );
});

test('a dead letter of what was poisoned, and what follows once it is discarded, are no violation', () => {
  const evidence = correctHistory();
  const poison = { service: 'payment', topic: 'order.events', partition: 0, offset: -1 };
  evidence.deadLetters.push({ service: 'payment', kind: 'behind', key: 'rejected-1' });
  evidence.poisons.push({ ...poison, key: 'rejected-1', discardedAt: null });
  evidence.poisons.push({ ...poison, key: 'confirmed-1', discardedAt: '2026-01-01T00:00:05.000Z' });
  const messageId = 'order.reserved of confirmed-1';
  evidence.effects.push({ service: 'payment', messageId, at: '2026-01-01T00:00:06.000Z' });
  assert.deepEqual(
    checkInvariants(evidence).flatMap(({ violations }) => violations),
    [],
  );
});

test('every invariant has somebody who tried to break it', () => {
  const tried = new Set(WRONG.map(([invariant]) => invariant));
  for (const { invariant } of checkInvariants(correctHistory())) assert.ok(tried.has(invariant), invariant);
});
