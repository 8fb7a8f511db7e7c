import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readArguments } from './arguments.ts';

test('all tests are run on servers from packages, unless something else is asked for', () => {
  const { isHelp, inContainers, kinds, places } = readArguments([]);
  assert.deepEqual([isHelp, inContainers, kinds, places], [false, false, ['unit', 'service', 'e2e'], []]);
});

test('servers come from containers where they are asked for, whatever else is', () => {
  const { inContainers, kinds, places } = readArguments(['--containers', 'services', '--e2e', 'e2e']);
  assert.deepEqual([inContainers, kinds, places], [true, ['e2e'], ['services', 'e2e']]);
  assert.deepEqual(readArguments(['--no-e2e']).kinds, ['unit', 'service']);
});

test('who mistypes the flag is told what there is, and no test is run on other servers', () => {
  assert.throws(() => readArguments(['--container']), {
    name: 'Failure',
    message: /^Unknown option '--container'[\s\S]*--containers /,
  });
});
