import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refresh } from './refresh.ts';

test('what was read is shown, and read again until somebody quits: then nothing is read any more', async () => {
  const quit = new AbortController();
  const shown: number[] = [];
  let reads = 0;
  await refresh(0, {
    signal: quit.signal,
    everyMs: 0,
    show(value) {
      shown.push(value);
      if (value === 2) quit.abort();
    },
    read: async () => ++reads,
  });
  assert.deepEqual([shown, reads], [[0, 1, 2], 2]);
});

test('a failure to read ends it', async () => {
  const read = () => Promise.reject(new Error('The system has ended.'));
  const signal = new AbortController().signal;
  await assert.rejects(refresh(0, { signal, everyMs: 0, show: () => {}, read }), /has ended/);
});
