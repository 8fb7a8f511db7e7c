import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Admission, createAdmission } from './admission.ts';

const AMPLE = { openOrders: 1_000_000, outboxRows: 1_000_000, placingMs: 250 };

/** An admission that only the orders on their way bound. */
const createBoundBy = (openOrders: number) => createAdmission({ ...AMPLE, openOrders });

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

test('what was in flight when a count began, and came to nothing, is not counted after it', () => {
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
  const admission = createAdmission({ ...AMPLE, openOrders: 10, outboxRows: 100 });
  admission.beginCount()({ openOrders: 0, outboxRows: 98 });

  assert.deepEqual(
    [1, 2, 3].map(() => place(admission)),
    [true, true, false],
  );
  assert.equal(admission.full(), 'outboxRows');
});

/** Refuses nine for each that it lets in, until it has counted so often. */
function refuseMany(admission: Admission, counts: number): void {
  for (let count = 0; count < counts; count++) {
    for (let refusals = 0; refusals < 9; refusals++) admission.refuse();
    admission.beginCount()(found(1));
  }
}

test('who is refused comes again after a second; the longer more are refused than let in, the later, by chance', () => {
  let chance = 0.99;
  const admission = createAdmission({ ...AMPLE, openOrders: 1 }, { random: () => chance });
  place(admission);
  assert.equal(admission.refuse(), 1);

  refuseMany(admission, 5);
  assert.equal(admission.refuse(), 8);
  chance = 0;
  assert.equal(admission.refuse(), 1);
  chance = 0.99;

  for (let count = 0; count < 40; count++) admission.beginCount()(found(1));
  assert.equal(admission.refuse(), 1);
});

test('nobody is asked to wait for longer than a minute', () => {
  for (const limits of [
    { ...AMPLE, openOrders: 1 },
    { ...AMPLE, outboxRows: 1 },
  ]) {
    const admission = createAdmission(limits, { random: () => 0.999 });
    place(admission);
    for (let count = 0; count < 100; count++) {
      admission.refuse();
      admission.beginCount()({ openOrders: 1, outboxRows: 1 });
    }

    assert.equal(admission.refuse(), 60);
  }
});

/** Lets in as many as may be in flight; answers how many, and what is to be told when they are placed. */
function placeMany(admission: Admission): (() => void)[] {
  const leaves: (() => void)[] = [];
  while (!admission.full()) {
    const leave = admission.enter();
    leaves.push(() => leave(true));
  }
  return leaves;
}

test('while placing takes too long, fewer may be in flight; more again when it does not, or when nobody is refused', () => {
  let clock = 0;
  const admission = createAdmission(AMPLE, { now: () => clock });
  const crowd = placeMany(admission);
  assert.deepEqual([crowd.length, admission.full()], [1_000, 'inFlight']);

  clock += AMPLE.placingMs + 1;
  for (const leave of crowd) leave();
  const few = placeMany(admission);
  assert.equal(few.length, 256);

  for (const leave of few) leave();
  const more = placeMany(admission);
  assert.ok(more.length > 256 && more.length < 1_000, `${more.length}`);

  admission.refuse();
  admission.beginCount()({ openOrders: 0, outboxRows: 0 });
  assert.equal(admission.full(), 'inFlight');
  admission.beginCount()({ openOrders: 0, outboxRows: 0 });
  assert.equal(more.length + placeMany(admission).length, 1_000);
});

test('few that take long change little, and few that do not change nothing', () => {
  let clock = 0;
  const admission = createAdmission(AMPLE, { now: () => clock });
  for (const tookMs of [1_000, 1_000, 1_000, 1, 1]) {
    const leave = admission.enter();
    clock += tookMs;
    leave(true);
  }

  assert.equal(placeMany(admission).length, 729);
});

test('while events wait to be published, one waits for longer', () => {
  const admission = createAdmission({ ...AMPLE, openOrders: 10, outboxRows: 1 }, { random: () => 0 });
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
