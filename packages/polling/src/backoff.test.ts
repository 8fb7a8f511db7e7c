import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fullJitter } from './backoff.ts';

test('a delay is at most the base doubled for each attempt, and never longer than the cap', () => {
  fc.assert(
    fc.property(
      fc.nat(10_000),
      fc.integer({ min: 1, max: 1_000 }),
      fc.nat(60_000),
      (attempt, baseMs, capMs) => {
        const delayMs = fullJitter(attempt, { baseMs, capMs });

        assert.ok(delayMs >= 0 && delayMs <= capMs);
        assert.ok(delayMs <= baseMs * 2 ** attempt);
      },
    ),
  );
});

test('callers that failed together do not retry together', () => {
  const delays = Array.from({ length: 200 }, () => fullJitter(10, { baseMs: 1, capMs: 1_000 }));

  assert.ok(Math.min(...delays) < 300 && Math.max(...delays) > 700);
});
