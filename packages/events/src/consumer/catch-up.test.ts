import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Logger } from '@repo/observability';
import { catchUp } from './catch-up.ts';

function keepingLog() {
  const notices: unknown[] = [];
  const log = { warn: ({ records }: { records: number }) => notices.push(records) } as unknown as Logger;
  return { log, notices };
}

test('the log says how many records somebody waits for', async () => {
  const { log, notices } = keepingLog();
  const lags = [7, 7, 3, 0];
  await catchUp({ lag: async () => lags.shift() ?? 0, isStopping: () => false, log, noticeEachMs: 50 });
  assert.deepEqual(notices, [7, 3]);
});

test('nothing is said of a short wait', async () => {
  const { log, notices } = keepingLog();
  const lags = [7, 0];
  await catchUp({ lag: async () => lags.shift() ?? 0, isStopping: () => false, log });
  assert.deepEqual(notices, []);
});
