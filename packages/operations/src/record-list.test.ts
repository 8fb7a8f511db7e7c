import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { test } from 'node:test';
import { z } from 'zod';
import { readRecords, writeRecords } from './record-list.ts';

const kind = { name: 'meters', schema: z.object({ id: z.guid(), reading: z.int() }) };

const meters = [1, 2, 3, 4, 5].map((number) => ({
  id: `0198c5a0-0000-7000-8000-00000000000${number}`,
  reading: number,
}));

async function* listed(count: number) {
  yield* meters.slice(0, count);
}

async function pagesOf(count: number) {
  const pipe = new PassThrough();
  const [pages] = await Promise.all([
    Array.fromAsync(readRecords(pipe, kind, 2)),
    writeRecords(listed(count), pipe),
  ]);
  return pages;
}

for (const [count, sizes] of [
  [0, [0]],
  [1, [1]],
  [4, [2, 2, 0]],
  [5, [2, 2, 1]],
] as const) {
  test(`${count} records are read as they were written, in pages that leave out no id`, async () => {
    const pages = await pagesOf(count);

    assert.deepEqual(
      pages.flatMap((page) => page.records),
      meters.slice(0, count),
    );
    assert.deepEqual(
      pages.map((page) => page.records.length),
      sizes,
    );
    pages.forEach(({ after, upTo }, index) => {
      assert.equal(after, pages[index - 1]?.upTo ?? '00000000-0000-0000-0000-000000000000');
      if (index === pages.length - 1) assert.equal(upTo, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
    });
  });
}

for (const [fault, lines] of [
  ['breaks off', [`${JSON.stringify(meters[0])}\n`]],
  ['has a line that is no record', ['{"error":"no"}\n']],
] as const) {
  test(`a list that ${fault} is refused`, async () => {
    await assert.rejects(Array.fromAsync(readRecords(Readable.from(lines), kind)));
  });
}
