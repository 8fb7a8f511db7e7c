import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Logger } from '@repo/observability';
import { createProgressWatch } from './progress-watch.ts';

/** A watch with a clock of its own, and the lines that it has logged. */
function watchIn(t: TestContext) {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const lines: Record<string, unknown>[] = [];
  const write = (facts: object, message: string) => void lines.push({ ...facts, message });
  const log = { error: write, info: write } as unknown as Logger;
  let clock = 0;
  const watch = createProgressWatch({ worker: 'sweep', log, now: () => clock });
  watch.start();
  t.after(watch.stop);
  const pass = (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      clock += 1_000;
      t.mock.timers.tick(1_000);
    }
  };
  return { watch, lines, pass };
}

test('work that hangs raises an alarm after half a minute, and then once a minute', (t) => {
  const { watch, lines, pass } = watchIn(t);
  watch.expect({ partition: 3 });

  pass(29);
  assert.deepEqual(lines, []);
  pass(1);
  const stalled = { worker: 'sweep', reason: null, partition: 3, alarm: 'worker-stalled' };
  assert.deepEqual(lines, [{ ...stalled, seconds: 30, message: 'a worker makes no progress' }]);
  pass(59);
  assert.equal(lines.length, 1);
  pass(1);
  assert.deepEqual(lines.at(-1), { ...stalled, seconds: 90, message: 'a worker makes no progress' });
});

test('the alarm of work that fails again and again gives the reason', (t) => {
  const { watch, lines, pass } = watchIn(t);
  const work = watch.expect();
  work.fail(new Error('no room for ada@example.com'));

  pass(30);

  assert.equal(lines[0]?.reason, 'no room for [redacted]');
});

test('work that makes progress, or ends, raises no alarm', (t) => {
  const { watch, lines, pass } = watchIn(t);
  const work = watch.expect();
  const other = watch.expect();
  pass(20);
  work.progress();
  other.end();
  pass(20);

  assert.deepEqual(lines, []);
});

test('one piece of work that hangs raises an alarm though others make progress', (t) => {
  const { watch, lines, pass } = watchIn(t);
  watch.expect({ partition: 1 });
  const other = watch.expect({ partition: 2 });
  for (let round = 0; round < 3; round++) {
    pass(10);
    other.progress();
  }

  assert.equal(lines[0]?.partition, 1);
});

test('progress after an alarm is logged once', (t) => {
  const { watch, lines, pass } = watchIn(t);
  const work = watch.expect();
  pass(30);
  work.progress();
  pass(2);

  assert.deepEqual(
    lines.map(({ message }) => message),
    ['a worker makes no progress', 'the worker makes progress again'],
  );
});
