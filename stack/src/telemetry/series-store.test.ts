import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Point } from './point.ts';
import { type Figure, openSeriesStore } from './series-store.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** A store whose clock and whose process share one time. Counting began at 0, unless a point tells otherwise. */
function open(limits: { series?: number; numbers?: number } = {}) {
  let now = 0;
  const store = openSeriesStore({ ...limits, clock: () => now });
  const point = (values: number[], more: Partial<Point> = {}): Point => ({
    ...{ name: 'calls', kind: 'counter', attributes: {}, bounds: [], isDelta: false, startedAt: 0, at: now },
    values,
    ...more,
  });
  return {
    store,
    add: (value: number, more: Partial<Point> = {}) => store.add([point([value], more)]),
    addAll: (values: number[], more: Partial<Point> = {}) => store.add([point(values, more)]),
    after: (milliseconds: number) => {
      now += milliseconds;
    },
    /** The increase of the one counter. */
    increase: (seconds: number) => {
      const [figure] = store.figures(seconds);
      return figure?.kind === 'counter' ? figure.increase : null;
    },
  };
}

test('a counter has its increase over the last seconds', () => {
  const { add, after, increase } = open();
  for (const value of [0, 5, 10, 15, 20]) {
    add(value);
    after(SECOND);
  }
  assert.equal(increase(3), 10);
  assert.equal(increase(60), 20);
});

test('what was counted before the first point counts, if the counting is young', () => {
  const { add, after, increase } = open();
  after(SECOND);
  add(7);
  assert.equal(increase(10), 7);
});

test('a counting that is older than everything here starts at its first point', () => {
  const { add, after, increase } = open();
  after(20 * MINUTE);
  add(1_000);
  assert.equal(increase(10), 0);
  after(SECOND);
  add(1_003);
  assert.equal(increase(10), 3);
});

test('a process that restarts counts from zero, and the rate goes on', () => {
  const { add, after, increase } = open();
  add(100);
  after(SECOND);
  add(110);
  after(SECOND);
  add(4, { startedAt: 1_500 });
  after(SECOND);
  add(9, { startedAt: 1_500 });
  assert.equal(increase(60), 100 + 10 + 4 + 5);
});

test('a restart is recognized even if the new process has already counted more', () => {
  const { add, after, increase } = open();
  add(3);
  after(2 * SECOND);
  add(50, { startedAt: 1_000 });
  assert.equal(increase(1), 50);
});

test('a fall is a restart, also where the start of the counting is unknown', () => {
  const { add, after, increase } = open();
  add(30, { startedAt: 0 });
  after(SECOND);
  add(2, { startedAt: 0 });
  assert.equal(increase(60), 32);
});

test('values that count since the point before are added', () => {
  const { add, after, increase } = open();
  for (const value of [3, 4]) {
    add(value, { isDelta: true });
    after(SECOND);
  }
  assert.equal(increase(60), 7);
});

test('a clock that is set back makes no negative figures', () => {
  const { add, after, increase } = open();
  add(5, { at: 10 * MINUTE });
  after(SECOND);
  add(6, { at: MINUTE });
  assert.equal(increase(60), 6);
});

test('a value that stays is known at every time in between', () => {
  const { add, after, increase } = open();
  add(1);
  for (let second = 0; second < 100; second++) {
    after(SECOND);
    add(5);
  }
  assert.equal(increase(50), 0);
  after(SECOND);
  add(8);
  assert.equal(increase(50), 3);
  assert.equal(increase(102), 8);
});

test('points that come more often than each second lose nothing', () => {
  const { add, after, increase } = open();
  for (let tenth = 1; tenth <= 100; tenth++) {
    after(100);
    add(tenth);
  }
  const five = increase(5) ?? 0;
  assert.ok(five >= 50 && five <= 60, `${five}`);
  assert.equal(increase(60), 100);
});

test('a histogram has the increase of each bucket', () => {
  const { addAll, after, store } = open();
  const histogram: Partial<Point> = { kind: 'histogram', bounds: [0.1, 1] };
  addAll([9, 1, 1, 1], histogram);
  after(5 * SECOND);
  addAll([12, 1, 4, 2], histogram);
  assert.deepEqual(
    store.figures(3).map((figure) => figure.kind === 'histogram' && figure.buckets),
    [[0, 3, 1]],
  );
});

test('a gauge has its latest value, until its process has not reported for a while', () => {
  const { add, after, store } = open();
  const values = () => store.figures(60).map((figure: Figure) => figure.kind === 'gauge' && figure.value);
  add(4, { kind: 'gauge' });
  after(SECOND);
  add(3, { kind: 'gauge' });
  assert.deepEqual(values(), [3]);
  after(16 * SECOND);
  assert.deepEqual(values(), []);
});

test('series differ by their attributes', () => {
  const { add, store } = open();
  add(1, { attributes: { outcome: 'done', job: 'a' } });
  add(2, { attributes: { job: 'a', outcome: 'done' } });
  add(3, { attributes: { outcome: 'refused', job: 'a' } });
  assert.equal(store.figures(10).length, 2);
});

test('too many series are refused and counted, and there is room again when old ones are forgotten', () => {
  const { add, after, store } = open({ series: 2 });
  for (const job of ['a', 'b', 'c']) add(1, { attributes: { job } });
  assert.equal(store.figures(10).length, 2);
  assert.equal(store.refused(), 1);
  after(16 * MINUTE);
  add(1, { attributes: { job: 'c' } });
  assert.equal(store.figures(10).length, 1);
  assert.equal(store.refused(), 1);
});

test('memory is bounded: the newest readings remain', () => {
  const { add, after, increase, store } = open({ numbers: 50 });
  for (let value = 1; value <= 500; value++) {
    after(SECOND);
    add(value);
  }
  assert.equal(increase(10), 10);
  // Of the time that is forgotten, nothing is known; the figure covers what is known.
  const all = increase(900) ?? 0;
  assert.ok(all >= 10);
  assert.equal(store.figures(900).length, 1);
});
