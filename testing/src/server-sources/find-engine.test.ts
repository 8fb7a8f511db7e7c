import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { findEngine } from './find-engine.ts';
import { openSource } from './open.ts';

const refusal = {
  name: 'Failure',
  message: 'No container engine answers: start Docker, or run the tests without --containers.',
};

test('without a container engine, --containers fails with one sentence of advice', async () => {
  await assert.rejects(
    findEngine(() => Promise.reject(new Error('Could not find a working container runtime strategy'))),
    refusal,
  );
});

test('an engine that hangs is given up after its timeout', async () => {
  await assert.rejects(
    findEngine(() => new Promise(() => {}), { withinMs: 1 }),
    refusal,
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
