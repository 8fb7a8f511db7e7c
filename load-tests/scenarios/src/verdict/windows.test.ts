import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Story } from './journal.ts';
import { breakingPointOf, lengthOf, type Window, windowsOf } from './windows.ts';

const BEGIN = Date.UTC(2026, 0, 1);

/** An order that was sent at this second of the run; it ended after `tookMs`, or never. */
function story(second: number, tookMs?: number): Story {
  const sentAt = BEGIN + second * 1_000;
  const plan = {
    customer: 0,
    lines: [],
    paymentToken: 'tok_ok',
    outcome: 'confirmed',
    totalCents: 0,
  } as const;
  const placed = {
    key: '',
    plan: { ...plan, lines: [] },
    sentAt,
    refusals: 0,
    orderId: 'id',
    answeredAt: sentAt + 10,
  };
  return tookMs === undefined ? placed : { ...placed, endedAt: sentAt + tookMs };
}

/** Ten orders in each window of ten seconds; all orders of a window take equally long. */
const windows = (...tookMs: (number | undefined)[]) =>
  windowsOf(
    tookMs.flatMap((took, window) =>
      Array.from({ length: 10 }, (_, index) => story(window * 10 + index, took)),
    ),
  );

/** The index of the window. */
const numberOf = (window: Window | undefined) => window && Math.round(window.fromSeconds / 10);

test('an order counts in the window in which it was sent, whenever it ended', () => {
  const [first, second] = windowsOf([story(0, 15_000), story(9, 100), story(10, 200), story(20)]);
  assert.equal(first?.ordersPerSecond, 0.2);
  assert.equal(first?.ended.max, 15_000);
  assert.equal(numberOf(second), 1);
  assert.equal(second?.ended.max, 200);
  assert.equal(second?.failed, 1);
  assert.equal(second?.placed.p50, 10);
});

test('the length of a run is from its first order to its last', () => {
  assert.equal(lengthOf([story(3), story(75), story(10)]), 72);
  assert.equal(lengthOf([]), 0);
});

test('a long run has at most twenty windows, all of the same length', () => {
  const hour = windowsOf(Array.from({ length: 3_601 }, (_, second) => story(second, 100)));
  assert.equal(hour.length, 20);
  assert.deepEqual(new Set(hour.map(({ ordersPerSecond }) => Math.round(ordersPerSecond))), new Set([1]));
});

test('the breaking point is at two slow windows in a row', () => {
  const { held, broke } = breakingPointOf(windows(200, 300, 3_000, 400, 2_500, 9_000, 300));
  assert.equal(numberOf(held), 3);
  assert.equal(numberOf(broke), 4);
});

test('the breaking point is at failing orders, even if the others are fast', () => {
  assert.equal(numberOf(breakingPointOf(windows(200, undefined, undefined)).broke), 1);
});

test('the last window needs no second one', () => {
  assert.equal(numberOf(breakingPointOf(windows(200, 3_000)).broke), 1);
});

test('a run that is slow from the start has no window that held', () => {
  assert.equal(breakingPointOf(windows(3_000, 3_000)).held, undefined);
});

test('a run that is never slow has held to the end', () => {
  const { held, broke } = breakingPointOf(windows(200, 300));
  assert.equal(numberOf(held), 1);
  assert.equal(broke, undefined);
});
