import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { interruption, openRunFolder } from '@repo/stack';
import { atTheEnd } from '@repo/testing';
import { FOLDER } from '../faults/folder.ts';
import { runSeed } from '../faults/run-seed.ts';
import { shortForm } from '../faults/scenarios/scenarios.ts';

// Any seed works: `npm run test:faults` uses new ones each time, and plays all scenarios.
const SEED = 20_261_123;

const folder = await openRunFolder(FOLDER);
atTheEnd(folder.clear);
const { outcomes, kept } = await runSeed({
  dir: join(folder.dir, 'short'),
  seed: SEED,
  scenarios: shortForm(),
  print: (line) => console.log(line),
  signal: interruption(),
});

for (const { scenario, verdicts } of outcomes) {
  test(`every promise is kept while ${scenario}`, () => {
    const violations = verdicts.flatMap((verdict) => verdict.violations);
    assert.deepEqual(violations.slice(0, 20), [], `the evidence is in ${kept}`);
  });
}

test('one scenario of each kind was played', () => {
  assert.equal(outcomes.length, shortForm().length);
});
