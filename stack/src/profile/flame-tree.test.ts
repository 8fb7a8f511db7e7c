import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CpuProfile } from './cpu-profile.ts';
import { cpuTree, functionCosts, heapTree } from './flame-tree.ts';
import { hotLines } from './hot-lines.ts';

const frame = (functionName: string, url = '', lineNumber = -1) => ({
  functionName,
  url,
  lineNumber,
  columnNumber: 0,
});
const ours = 'file:///repo/services/a/src/a.ts';

const profile: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame('(root)'), children: [2, 3] },
    { id: 2, callFrame: frame('(idle)') },
    { id: 3, callFrame: frame('walk', ours, 9), children: [4], positionTicks: [{ line: 11, ticks: 1 }] },
    { id: 4, callFrame: frame('walk', ours, 9), children: [5], positionTicks: [{ line: 11, ticks: 2 }] },
    {
      id: 5,
      callFrame: frame('', 'file:///repo/node_modules/.pnpm/pg@8.0.0/node_modules/pg/lib/client.js', 0),
      positionTicks: [{ line: 7, ticks: 1 }],
    },
  ],
  startTime: 0,
  endTime: 10_000,
  samples: [2, 3, 4, 4, 5, 2],
  timeDeltas: [1_000, 1_000, 1_000, 1_000, 1_000, 1_000],
};

test('the tree holds the time of each call with the calls in it, and leaves out the time of waiting', () => {
  const tree = cpuTree(profile, '/repo');
  assert.equal(tree.value, 4);
  const [outer] = tree.children;
  assert.deepEqual(
    [outer?.name, outer?.place, outer?.value, outer?.self],
    ['walk', 'services/a/src/a.ts:10', 4, 1],
  );
  const inPackage = outer?.children[0]?.children[0];
  assert.deepEqual(
    [inPackage?.name, inPackage?.place, inPackage?.origin],
    ['(anonymous)', 'pg/lib/client.js:1', 'package'],
  );
});

test('a function that calls itself has each of its milliseconds once', () => {
  const costs = functionCosts(cpuTree(profile, '/repo'));
  assert.deepEqual(
    costs.map(({ name, self, value }) => [name, self, value]),
    [
      ['walk', 3, 4],
      ['(anonymous)', 1, 1],
    ],
  );
});

test('the ticks of a line are summed over all calls, as shares of the busy samples', () => {
  assert.deepEqual(
    hotLines(profile, '/repo').map(({ place, share }) => [place, share]),
    [
      ['services/a/src/a.ts:11', 0.75],
      ['pg/lib/client.js:7', 0.25],
    ],
  );
});

test('a heap profile is the same tree, in bytes', () => {
  const leaf = { callFrame: frame('remember', ours, 2), selfSize: 300, children: [] };
  const tree = heapTree({ head: { callFrame: frame('(root)'), selfSize: 0, children: [leaf] } }, '/repo');
  assert.deepEqual([tree.value, tree.children[0]?.place], [300, 'services/a/src/a.ts:3']);
});
