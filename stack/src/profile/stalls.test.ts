import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CpuProfile, ProfileNode } from './cpu-profile.ts';
import { findStalls, groupStalls } from './stalls.ts';

const root = '/repo';

/** A node of a profile; our functions are in one file, at the line of their id. */
function node(id: number, functionName: string, children: number[] = []): ProfileNode {
  const url = functionName.startsWith('(') ? '' : 'file:///repo/services/a/src/a.ts';
  return { id, callFrame: { functionName, url, lineNumber: id - 1, columnNumber: 0 }, children };
}

/** One sample a millisecond: what ran in each. The profiler's clock is ahead of the process's by 1 s. */
function profileOf(samples: number[]): CpuProfile {
  const nodes = [
    node(1, '(root)', [2, 3, 6]),
    node(2, '(idle)'),
    node(3, 'handle', [4, 5]),
    node(4, 'digest'),
    node(5, 'answer'),
    node(6, '(garbage collector)'),
  ];
  const startTime = 1_000_000;
  return {
    nodes,
    startTime,
    endTime: startTime + samples.length * 1_000,
    samples,
    timeDeltas: samples.map((_, index) => (index === 0 ? 0 : 1_000)),
  };
}

const times = (count: number, id: number) => Array.from({ length: count }, () => id);
const late = (fromMs: number, toMs: number) => ({ from: fromMs * 1_000, to: toMs * 1_000 });

test('a stall has the call that filled most of it, with its place, whatever ran around it', () => {
  const profile = profileOf([...times(20, 2), ...times(60, 4), ...times(10, 5), ...times(10, 2)]);
  const [stall, ...others] = findStalls(profile, { begun: 0, late: [late(20, 90)] }, root);
  assert.equal(others.length, 0);
  assert.deepEqual(
    stall?.stack.map(({ name, place }) => `${name} ${place}`),
    ['handle services/a/src/a.ts:3', 'digest services/a/src/a.ts:4'],
  );
  assert.deepEqual([stall?.atMs, stall?.forMs, stall?.inStackMs], [20, 70, 60]);
});

test('where two calls share a stall, their common caller is to blame', () => {
  const profile = profileOf([...times(10, 2), ...times(25, 4), ...times(28, 5), ...times(7, 6)]);
  const [stall] = findStalls(profile, { begun: 0, late: [late(10, 70)] }, root);
  assert.deepEqual(
    stall?.stack.map(({ name }) => name),
    ['handle'],
  );
});

test('a garbage collection can be the cause, and a process that did not run has none', () => {
  const profile = profileOf([...times(5, 2), ...times(60, 6), ...times(60, 2)]);
  const [collection, waiting] = findStalls(profile, { begun: 0, late: [late(5, 65), late(65, 125)] }, root);
  assert.deepEqual(
    collection?.stack.map(({ name }) => name),
    ['(garbage collector)'],
  );
  assert.deepEqual(waiting?.stack, []);
});

test('the start of the profiler is no stall', () => {
  const profile = { ...profileOf(times(100, 4)), timeDeltas: [30_000, ...times(99, 1_000)] };
  assert.deepEqual(findStalls(profile, { begun: 0, late: [late(10, 90)] }, root), []);
});

test('stalls in the same call are one group, and the dearest group is first', () => {
  const stack = (name: string) => [{ name, place: 'a.ts:1', origin: 'ours' as const }];
  const stall = (atMs: number, forMs: number, name: string) => ({
    atMs,
    forMs,
    inStackMs: forMs,
    stack: stack(name),
  });
  const groups = groupStalls([stall(0, 60, 'one'), stall(100, 80, 'two'), stall(200, 90, 'one')]);
  assert.deepEqual(
    groups.map(({ count, longestMs, totalMs, atMs }) => [count, longestMs, totalMs, atMs]),
    [
      [2, 90, 150, 200],
      [1, 80, 80, 100],
    ],
  );
});
