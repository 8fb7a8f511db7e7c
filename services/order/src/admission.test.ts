import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Admission, createAdmission } from './admission.ts';

/** An admission that only the orders on their way bound. */
const createBoundBy = (openOrders: number) => createAdmission({ openOrders, outboxRows: 1_000 });

const found = (openOrders: number) => ({ openOrders, outboxRows: 0 });

function place(admission: Admission): boolean {
  if (admission.full()) return false;
  admission.enter()(true);
  return true;
}

test('as many orders are let in as may be on their way, and no more', () => {
  const admission = createBoundBy(3);

  assert.deepEqual(
    [1, 2, 3, 4, 5].map(() => place(admission)),
    [true, true, true, false, false],
  );
  assert.equal(admission.full(), 'openOrders');
});

test('an order that is being placed takes its room at once, and gives it back when nothing comes of it', () => {
  const admission = createBoundBy(1);
  const leave = admission.enter();

  assert.equal(place(admission), false);
  leave(false);

  assert.equal(place(admission), true);
});

test('what was counted stands in place of what was placed before the count', () => {
  const admission = createBoundBy(10);
  for (let placed = 0; placed < 8; placed++) place(admission);

  admission.beginCount()(found(2));

  assert.equal(admission.load().openOrders, 2);
});

test('what is placed while a count is under way, and may be missed by it, stays counted until the next', () => {
  const admission = createBoundBy(10);
  const leave = admission.enter();
  const counted = admission.beginCount();
  leave(true);
  place(admission);
  counted(found(5));

  assert.equal(admission.load().openOrders, 7);
  admission.beginCount()(found(7));
  assert.equal(admission.load().openOrders, 7);
});

test('what was in hand when a count began, and came to nothing, is not counted after it', () => {
  const admission = createBoundBy(10);
  const leave = admission.enter();
  const counted = admission.beginCount();
  counted(found(5));
  leave(false);

  assert.equal(admission.load().openOrders, 5);
});

test('a count that finds nothing makes room for everybody', () => {
  const admission = createBoundBy(1);
  place(admission);

  admission.beginCount()(found(0));

  assert.equal(place(admission), true);
});

test('events that wait to be published bound the taking of orders too, and each order is one of them', () => {
  const admission = createAdmission({ openOrders: 10, outboxRows: 100 });
  admission.beginCount()({ openOrders: 0, outboxRows: 98 });

  assert.deepEqual(
    [1, 2, 3].map(() => place(admission)),
    [true, true, false],
  );
  assert.equal(admission.full(), 'outboxRows');
});

test('who is refused comes again after a second; the more are refused, the later, by chance', () => {
  let chance = 0.99;
  const admission = createAdmission({ openOrders: 1, outboxRows: 100 }, () => chance);
  place(admission);
  assert.equal(admission.refuse(), 1);

  for (let count = 0; count < 40; count++) {
    for (let refusals = 0; refusals < 9; refusals++) admission.refuse();
    admission.beginCount()(found(1));
  }
  assert.equal(admission.refuse(), 10);
  chance = 0;
  assert.equal(admission.refuse(), 1);
  chance = 0.99;

  for (let count = 0; count < 40; count++) admission.beginCount()(found(1));
  assert.equal(admission.refuse(), 1);
});

test('nobody is asked to wait for longer than some thirty seconds', () => {
  const admission = createAdmission({ openOrders: 1, outboxRows: 100 }, () => 0.99);
  place(admission);
  for (let refusals = 0; refusals < 1_000; refusals++) admission.refuse();
  admission.beginCount()(found(1));

  assert.equal(admission.refuse(), 30);
});

test('while events wait to be published, one waits for longer', () => {
  const admission = createAdmission({ openOrders: 10, outboxRows: 1 }, () => 0);
  place(admission);

  assert.equal(admission.refuse(), 10);
});

test('once nothing was found there is nothing to count, until an order is taken', () => {
  const admission = createBoundBy(10);
  assert.equal(admission.isIdle(), false);
  admission.beginCount()(found(0));
  assert.equal(admission.isIdle(), true);
  place(admission);
  assert.equal(admission.isIdle(), false);

  admission.beginCount()(found(1));
  assert.equal(admission.isIdle(), false);
  admission.beginCount()(found(0));
  assert.equal(admission.isIdle(), true);
});
