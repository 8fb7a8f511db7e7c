import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Admission, createAdmission } from './admission.ts';

function place(admission: Admission): boolean {
  const leave = admission.enter();
  leave?.(true);
  return leave !== undefined;
}

test('as many orders are let in as may be on their way, and no more', () => {
  const admission = createAdmission(3);

  assert.deepEqual(
    [1, 2, 3, 4, 5].map(() => place(admission)),
    [true, true, true, false, false],
  );
  assert.equal(admission.hasRoom(), false);
});

test('an order that is being placed takes its room at once, and gives it back when nothing comes of it', () => {
  const admission = createAdmission(1);
  const leave = admission.enter();

  assert.equal(admission.enter(), undefined);
  leave?.(false);

  assert.equal(place(admission), true);
});

test('what was counted stands in place of what was placed before the count', () => {
  const admission = createAdmission(10);
  for (let placed = 0; placed < 8; placed++) place(admission);

  admission.beginCount()(2);

  assert.equal(admission.open(), 2);
});

test('what is placed while a count is under way, and may be missed by it, stays counted until the next', () => {
  const admission = createAdmission(10);
  const leave = admission.enter();
  const found = admission.beginCount();
  leave?.(true);
  place(admission);
  found(5);

  assert.equal(admission.open(), 7);
  admission.beginCount()(7);
  assert.equal(admission.open(), 7);
});

test('what was in hand when a count began, and came to nothing, is not counted after it', () => {
  const admission = createAdmission(10);
  const leave = admission.enter();
  const found = admission.beginCount();
  found(5);
  leave?.(false);

  assert.equal(admission.open(), 5);
});

test('a count that finds nothing makes room for everybody', () => {
  const admission = createAdmission(1);
  place(admission);

  admission.beginCount()(0);

  assert.equal(place(admission), true);
});
