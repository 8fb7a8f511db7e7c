import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Cost, costBetween, lessIdle, type Reading, totalSeconds } from './cost.ts';
import type { Statement } from './statements.ts';

const statement = (id: string, calls: number, rows: number): Statement => ({
  ...{ id, service: 'order', text: `${id} into inbox (id)`, calls, rows },
});

const reading = (given: Partial<Reading>): Reading => ({
  atMs: 0,
  confirmed: 0,
  machine: { idle: 0, total: 0 },
  processorSeconds: {},
  work: { statements: [], transactions: 0, writes: 0 },
  ...given,
});

test('the cost is the difference of two readings', () => {
  const before = reading({
    atMs: 1_000,
    confirmed: 5,
    processorSeconds: { postgres: 3 },
    work: { statements: [statement('insert', 10, 20), statement('begin', 7, 0)], transactions: 9, writes: 4 },
  });
  const after = reading({
    atMs: 3_000,
    confirmed: 25,
    machine: { idle: 30, total: 40 },
    processorSeconds: { postgres: 4.5, order: 0.5 },
    work: {
      statements: [statement('begin', 7, 0), statement('insert', 12, 26), statement('new', 3, 1)],
      transactions: 19,
      writes: 6,
    },
  });
  const { calls, turns, ...cost } = costBetween(before, after);
  assert.deepEqual(cost, {
    seconds: 2,
    confirmed: 20,
    busy: 0.25,
    processorSeconds: { postgres: 1.5, order: 0.5 },
    statements: 5,
    transactions: 10,
    writes: 2,
  });
  assert.deepEqual(
    calls.map(({ id, calls, rows }) => [id, calls, rows]),
    [
      ['new', 3, 1],
      ['insert', 2, 6],
    ],
  );
  assert.deepEqual(turns, [{ loop: 'order consumer', turns: 2, records: 6 }]);
});

test('the idle cost is subtracted for the time that the orders took', () => {
  const cost = (given: Partial<Cost>): Cost => ({
    ...{
      seconds: 10,
      confirmed: 0,
      busy: 0,
      statements: 0,
      transactions: 0,
      writes: 0,
      turns: [],
      calls: [],
    },
    processorSeconds: {},
    ...given,
  });
  const idle = cost({
    seconds: 5,
    processorSeconds: { order: 1, kafka: 2 },
    statements: 100,
    transactions: 50,
  });
  const busy = cost({
    confirmed: 90,
    processorSeconds: { order: 4, kafka: 5 },
    statements: 1_000,
    writes: 7,
  });
  const left = lessIdle({ ...busy, transactions: 400 }, idle);
  assert.deepEqual(left.processorSeconds, { order: 2, kafka: 1 });
  assert.equal(totalSeconds(left), 3);
  assert.deepEqual([left.statements, left.transactions, left.writes], [800, 300, 7]);
});
