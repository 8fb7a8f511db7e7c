import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Span } from './span.ts';
import { findSpans, openSpanSegments } from './span-segments.ts';

function span(traceId: string, spanId: string, startMs = 0): Span {
  const rest = { name: 'n', kind: 1, durationMs: 1, failed: false, attributes: {}, links: [] };
  return { traceId, spanId, parentSpanId: '', service: 'order', startMs, ...rest };
}

function open(t: TestContext, options?: { segments: number; bytes: number }) {
  const folder = join(mkdtempSync(join(tmpdir(), 'segments-')), 'spans');
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const printed: string[] = [];
  const reopen = () => openSpanSegments(folder, (line) => printed.push(line), options);
  return { folder, printed, reopen, segments: reopen() };
}

const idsOf = async (folder: string, traceId: string) =>
  (await findSpans(folder, traceId)).map(({ spanId }) => spanId);

test('the spans of a trace are found among others, by their start, each once', async (t) => {
  const { folder, segments } = open(t);
  segments.append([span('a', '2', 20), span('ab', '1'), span('b', '3')]);
  segments.append([span('a', '1', 10), span('a', '2', 20)]);

  assert.deepEqual(await findSpans(folder, 'a'), [span('a', '1', 10), span('a', '2', 20)]);
  assert.deepEqual(await idsOf(folder, 'c'), []);
});

test('spans survive a restart, also one that cut off the last line', async (t) => {
  const { folder, segments, reopen } = open(t);
  segments.append([span('a', '1')]);
  segments.close();
  const [name = ''] = readdirSync(folder);
  appendFileSync(join(folder, name), '{"traceId":"a","spanId":"cut');

  const again = reopen();
  again.append([span('a', '2')]);
  assert.deepEqual(await idsOf(folder, 'a'), ['1', '2']);
});

test('the total size is bounded: the oldest segment is deleted, also after a restart', async (t) => {
  const { folder, segments, reopen } = open(t, { segments: 3, bytes: 1_000 });
  for (let index = 0; index < 100; index++) segments.append([span('a', String(index), index)]);
  segments.close();
  const again = reopen();
  for (let index = 100; index < 110; index++) again.append([span('a', String(index), index)]);

  const names = readdirSync(folder);
  assert.equal(names.length, 3);
  for (const name of names) assert.ok(statSync(join(folder, name)).size < 1_200);
  const ids = await idsOf(folder, 'a');
  assert.equal(ids.at(-1), '109');
  assert.ok(!ids.includes('0') && ids.length > 10);
  assert.equal(Number(ids.at(-1)) - Number(ids[0]), ids.length - 1, 'none is missing in between');
});

test('only the user may read them', (t) => {
  const { folder } = open(t);
  const [name = ''] = readdirSync(folder);
  assert.equal(statSync(join(folder, name)).mode & 0o077, 0);
});

test('a folder that cannot be written is reported in one line, and spans are no longer kept', async (t) => {
  const { folder, segments, printed, reopen } = open(t);
  segments.close();
  rmSync(folder, { recursive: true });
  writeFileSync(folder, '');
  const broken = reopen();
  broken.append([span('a', '1')]);
  broken.append([span('a', '2')]);

  assert.deepEqual(printed, [`spans are no longer kept in ${folder} (EEXIST)`]);
});

test('where nothing has been kept, nothing is found', async () => {
  assert.deepEqual(await findSpans(join(tmpdir(), 'no-such-folder'), 'a'), []);
});
