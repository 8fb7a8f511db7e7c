import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Admission, createAdmission, type Load, type Place } from './admission.ts';

const AMPLE = { openOrders: 1_000_000, outboxRows: 1_000_000, placingMs: 250 };

/** An admission that only the open orders limit. */
const createLimitedBy = (openOrders: number) => createAdmission({ ...AMPLE, openOrders });

const found = (openOrders: number) => ({ openOrders, outboxRows: 0 });

/** A whole count: nothing happens between its mark and its result. */
const count = (admission: Admission, counted: Load) => admission.correct(admission.mark(), counted);

function acquire(admission: Admission): Place {
  return admission.tryAcquire() ?? assert.fail('no place');
}

function place(admission: Admission): boolean {
  const acquired = admission.tryAcquire();
  acquired?.keep();
  return acquired !== undefined;
}

test('orders are admitted up to the limit on open orders', () => {
  const admission = createLimitedBy(3);

  assert.deepEqual(
    [1, 2, 3, 4, 5].map(() => place(admission)),
    [true, true, true, false, false],
  );
  assert.equal(admission.full(), 'openOrders');
});

test('an order in flight has its place at once, and one that is not placed releases it', () => {
  const admission = createLimitedBy(1);
  const acquired = acquire(admission);

  assert.equal(place(admission), false);
  acquired.release();

  assert.equal(place(admission), true);
});

test('a count replaces the orders that were placed before it', () => {
  const admission = createLimitedBy(10);
  for (let placed = 0; placed < 8; placed++) place(admission);

  count(admission, found(2));

  assert.equal(admission.load().openOrders, 2);
});

test('an order that is placed during a count, which may miss it, is counted on top until the next', () => {
  const admission = createLimitedBy(10);
  const acquired = acquire(admission);
  const mark = admission.mark();
  acquired.keep();
  place(admission);
  admission.correct(mark, found(5));

  assert.equal(admission.load().openOrders, 7);
  count(admission, found(7));
  assert.equal(admission.load().openOrders, 7);
});

test('an order in flight at the mark that is not placed is not counted', () => {
  const admission = createLimitedBy(10);
  const acquired = acquire(admission);
  count(admission, found(5));
  acquired.release();

  assert.equal(admission.load().openOrders, 5);
});

test('a count that finds nothing makes room', () => {
  const admission = createLimitedBy(1);
  place(admission);

  count(admission, found(0));

  assert.equal(place(admission), true);
});

test('unpublished events limit orders too, and each order is one of them', () => {
  const admission = createAdmission({ ...AMPLE, openOrders: 10, outboxRows: 100 });
  count(admission, { openOrders: 0, outboxRows: 98 });

  assert.deepEqual(
    [1, 2, 3].map(() => place(admission)),
    [true, true, false],
  );
  assert.equal(admission.full(), 'outboxRows');
});

/** Refuses nine orders before each of so many counts. */
function refuseMany(admission: Admission, counts: number): void {
  for (let counted = 0; counted < counts; counted++) {
    for (let refusals = 0; refusals < 9; refusals++) admission.refuse();
    count(admission, found(1));
  }
}

test('the wait of a refused order is a second at first, and grows while more are refused than admitted, at random', () => {
  let chance = 0.99;
  const admission = createAdmission({ ...AMPLE, openOrders: 1 }, { random: () => chance });
  place(admission);
  assert.equal(admission.refuse(), 1);

  refuseMany(admission, 5);
  assert.equal(admission.refuse(), 8);
  chance = 0;
  assert.equal(admission.refuse(), 1);
  chance = 0.99;

  for (let counted = 0; counted < 40; counted++) count(admission, found(1));
  assert.equal(admission.refuse(), 1);
});

test('no order has to wait for longer than a minute', () => {
  for (const limits of [
    { ...AMPLE, openOrders: 1 },
    { ...AMPLE, outboxRows: 1 },
  ]) {
    const admission = createAdmission(limits, { random: () => 0.999 });
    place(admission);
    for (let counted = 0; counted < 100; counted++) {
      admission.refuse();
      count(admission, { openOrders: 1, outboxRows: 1 });
    }

    assert.equal(admission.refuse(), 60);
  }
});

/** Admits as many orders as may be in flight. */
function fill(admission: Admission): Place[] {
  const places: Place[] = [];
  while (!admission.full()) places.push(acquire(admission));
  return places;
}

test('while placing takes too long, fewer may be in flight; more again when it does not, or when none is refused', () => {
  let clock = 0;
  const admission = createAdmission(AMPLE, { now: () => clock });
  const many = fill(admission);
  assert.deepEqual([many.length, admission.full()], [1_000, 'inFlight']);

  clock += AMPLE.placingMs + 1;
  for (const acquired of many) acquired.keep();
  const few = fill(admission);
  assert.equal(few.length, 256);

  for (const acquired of few) acquired.keep();
  const more = fill(admission);
  assert.ok(more.length > 256 && more.length < 1_000, `${more.length}`);

  admission.refuse();
  count(admission, { openOrders: 0, outboxRows: 0 });
  assert.equal(admission.full(), 'inFlight');
  count(admission, { openOrders: 0, outboxRows: 0 });
  assert.equal(more.length + fill(admission).length, 1_000);
});

test('a few slow orders change the limit a little, and a few fast ones do not change it', () => {
  let clock = 0;
  const admission = createAdmission(AMPLE, { now: () => clock });
  for (const tookMs of [1_000, 1_000, 1_000, 1, 1]) {
    const acquired = acquire(admission);
    clock += tookMs;
    acquired.keep();
  }

  assert.equal(fill(admission).length, 729);
});

test('a refusal because of unpublished events asks for a longer wait', () => {
  const admission = createAdmission({ ...AMPLE, openOrders: 10, outboxRows: 1 }, { random: () => 0 });
  place(admission);

  assert.equal(admission.refuse(), 10);
});

test('an admission is idle after a count that finds nothing, until an order is admitted', () => {
  const admission = createLimitedBy(10);
  assert.equal(admission.isIdle(), false);
  count(admission, found(0));
  assert.equal(admission.isIdle(), true);
  place(admission);
  assert.equal(admission.isIdle(), false);

  count(admission, found(1));
  assert.equal(admission.isIdle(), false);
  count(admission, found(0));
  assert.equal(admission.isIdle(), true);
});
