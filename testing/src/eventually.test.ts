import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from './eventually.ts';

test('what the condition answers when it holds is the answer', async () => {
  const answers = [undefined, 0, '', false, null, 'at last'];

  assert.equal(await eventually(() => answers.shift()), 'at last');
});

test('a condition may be an assertion that fails until it holds', async () => {
  let count = 0;

  await eventually(() => {
    assert.equal(++count, 3);
    return true;
  });
});

test('a condition that never holds fails in time, with its name and its last error', async () => {
  const condition = async () => {
    throw new Error('the order is still placed');
  };

  await assert.rejects(
    eventually(condition, { timeoutMs: 30, what: 'the order to be confirmed' }),
    /^Error: Waited 30 ms for the order to be confirmed in vain: the order is still placed$/,
  );
  await assert.rejects(
    eventually(() => 0, { timeoutMs: 30 }),
    /it last answered 0$/,
  );
});
