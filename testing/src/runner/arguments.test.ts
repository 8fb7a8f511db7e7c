import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readArguments } from './arguments.ts';

test('by default all tests run on servers from packages', () => {
  const { isHelp, inContainers, kinds, places } = readArguments([]);
  assert.deepEqual([isHelp, inContainers, kinds, places], [false, false, ['unit', 'service', 'e2e'], []]);
});

test('--containers takes the servers from containers, whatever other arguments are given', () => {
  const { inContainers, kinds, places } = readArguments(['--containers', 'services', '--e2e', 'e2e']);
  assert.deepEqual([inContainers, kinds, places], [true, ['e2e'], ['services', 'e2e']]);
  assert.deepEqual(readArguments(['--no-e2e']).kinds, ['unit', 'service']);
});

test('an unknown flag is refused with the list of flags, and no test runs on other servers', () => {
  assert.throws(() => readArguments(['--container']), {
    name: 'Failure',
    message: /^Unknown option '--container'[\s\S]*--containers /,
  });
});
