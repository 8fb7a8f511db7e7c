import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Logger } from '@repo/observability';
import { catchUp } from './catch-up.ts';

function keepingLog() {
  const notices: unknown[] = [];
  const log = { warn: ({ records }: { records: number }) => notices.push(records) } as unknown as Logger;
  return { log, notices };
}

test('a long wait is logged with the number of records that are left', async () => {
  const { log, notices } = keepingLog();
  const lags = [7, 7, 3, 0];
  await catchUp({ lag: async () => lags.shift() ?? 0, isStopping: () => false, log, noticeEachMs: 50 });
  assert.deepEqual(notices, [7, 3]);
});

test('a short wait is not logged', async () => {
  const { log, notices } = keepingLog();
  const lags = [7, 0];
  await catchUp({ lag: async () => lags.shift() ?? 0, isStopping: () => false, log });
  assert.deepEqual(notices, []);
});
