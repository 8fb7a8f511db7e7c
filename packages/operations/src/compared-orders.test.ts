import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { test } from 'node:test';
import { type ComparedOrder, readOrders, writeOrders } from './compared-orders.ts';

const idOf = (number: number) => `0198c5a0-0000-7000-8000-00000000000${number}`;

const orders: ComparedOrder[] = [1, 2, 3, 4, 5].map((number) => ({
  ...{ id: idOf(number), customerId: idOf(0), status: 'confirmed', totalCents: number, currency: 'EUR' },
  ...{ isSettled: true, isRefunded: false, isParked: false },
}));

async function* listed(count: number) {
  yield* orders.slice(0, count);
}

async function pagesOf(count: number) {
  const pipe = new PassThrough();
  const [pages] = await Promise.all([Array.fromAsync(readOrders(pipe, 2)), writeOrders(listed(count), pipe)]);
  return pages;
}

for (const [count, sizes] of [
  [0, [0]],
  [1, [1]],
  [4, [2, 2, 0]],
  [5, [2, 2, 1]],
] as const) {
  test(`${count} orders are read as they were written, in pages that leave out no id`, async () => {
    const pages = await pagesOf(count);

    assert.deepEqual(
      pages.flatMap((page) => page.orders),
      orders.slice(0, count),
    );
    assert.deepEqual(
      pages.map((page) => page.orders.length),
      sizes,
    );
    pages.forEach(({ after, upTo }, index) => {
      assert.equal(after, pages[index - 1]?.upTo ?? '00000000-0000-0000-0000-000000000000');
      if (index === pages.length - 1) assert.equal(upTo, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
    });
  });
}

for (const [what, lines] of [
  ['breaks off', [`${JSON.stringify(orders[0])}\n`]],
  ['is no list', ['{"error":"no"}\n']],
] as const) {
  test(`a list that ${what} is refused`, async () => {
    await assert.rejects(Array.fromAsync(readOrders(Readable.from(lines))));
  });
}
