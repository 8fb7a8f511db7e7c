import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { watchExport } from './watch-export.ts';

const SUCCESS: ExportResult = { code: ExportResultCode.SUCCESS };
const FAILURE: ExportResult = { code: ExportResultCode.FAILED, error: new Error('refused') };

/** An exporter whose exports the test ends, and what it reported: losses as numbers. */
function watched() {
  const reports: (string | number)[] = [];
  const running: ((result: ExportResult) => void)[] = [];
  const exporter = {
    export(_items: string[], done: (result: ExportResult) => void) {
      running.push(done);
    },
  };
  const losses = {
    lose: (items: number) => reports.push(items),
    failed: (error?: Error) => reports.push(`failed: ${error?.message}`),
    succeeded: () => reports.push('succeeded'),
  };
  watchExport(exporter, { losses, timeoutMs: 60_000, count: (items) => items.length });
  return {
    reports,
    begin: (...items: string[]) => exporter.export(items, () => {}),
    end: (index: number, result: ExportResult) => running[index]?.(result),
  };
}

test('an export that fails is reported with what is lost, one that succeeds without', () => {
  const { reports, begin, end } = watched();
  begin('a', 'b');
  end(0, FAILURE);
  begin('c');
  end(1, SUCCESS);

  assert.deepEqual(reports, [2, 'failed: refused', 'succeeded']);
});

test('an export that ends after a newer one is counted, and is no news of the collector', () => {
  const { reports, begin, end } = watched();
  begin('a', 'b');
  begin('c');
  end(1, SUCCESS);
  end(0, FAILURE);

  assert.deepEqual(reports, ['succeeded', 2]);
});

test('an export that succeeds after a newer one failed does not report that all is well', () => {
  const { reports, begin, end } = watched();
  begin('a');
  begin('b');
  end(1, FAILURE);
  end(0, SUCCESS);

  assert.deepEqual(reports, [1, 'failed: refused']);
});
