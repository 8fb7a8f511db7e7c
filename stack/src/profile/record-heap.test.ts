import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Inspector } from './inspector.ts';
import { recordHeap } from './record-heap.ts';

/** The inspector of a process that ends when half of the snapshot is written. */
function endingInspector(file: string): Inspector {
  let onChunk: (params: never) => void = () => {};
  return {
    async send<Result>(method: string) {
      if (method !== 'HeapProfiler.takeHeapSnapshot') return { profile: {} } as Result;
      onChunk({ chunk: '{"strings":["a secret"' } as never);
      assert.ok(existsSync(file));
      throw new Error('The process has ended.');
    },
    evaluate: async () => assert.fail('nothing is evaluated'),
    onEvent: (_method, handle) => {
      onChunk = handle;
    },
    closed: new Promise(() => {}),
    close: () => {},
  };
}

test('half a snapshot is removed: it holds the strings of the process', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'heap-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const file = join(dir, 'half.heapsnapshot');
  const recording = recordHeap(endingInspector(file), { seconds: 1, signal: AbortSignal.abort(), file });

  await assert.rejects(recording, /has ended/);
  assert.equal(existsSync(file), false);
});
