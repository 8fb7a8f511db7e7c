import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { findEngine } from './find-engine.ts';
import { openSource } from './open.ts';

const told = {
  name: 'Failure',
  message: 'No container engine answers: start Docker, or run the tests without --containers.',
};

test('who asks for containers where there is no engine is told in one sentence what to do', async () => {
  await assert.rejects(
    findEngine(() => Promise.reject(new Error('Could not find a working container runtime strategy'))),
    told,
  );
});

test('an engine that hangs is waited for no longer than it takes to say so', async () => {
  await assert.rejects(
    findEngine(() => new Promise(() => {}), { withinMs: 1 }),
    told,
  );
});

test('who asks for no containers does not load what starts them', async () => {
  await openSource({ inContainers: false });

  const loaded = Object.keys(createRequire(import.meta.url).cache);
  assert.deepEqual(
    loaded.filter((file) => file.includes('testcontainers')),
    [],
  );
});
