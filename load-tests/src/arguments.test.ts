import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readArguments } from './arguments.ts';

test('without a measurement option the bench measures the knee', () => {
  const { plan, overload } = readArguments([]);
  assert.deepEqual(
    [plan.knee, plan.idle, plan.alone, plan.search, overload],
    [{ seconds: 30 }, undefined, undefined, undefined, undefined],
  );
});

test('one run measures all that its options name, and nothing else', () => {
  const { plan } = readArguments(['--idle', '5', '--alone', '--rates', '80,20']);
  assert.deepEqual(
    [plan.knee, plan.idle, plan.alone, plan.search],
    [undefined, { seconds: 5 }, { seconds: 20 }, { rates: [20, 80], seconds: 10 }],
  );
  assert.deepEqual(readArguments(['--idle', '5', '--knee']).plan.knee, { seconds: 30 });
});

test('--seconds is the length of every open loop', () => {
  const { plan, overload } = readArguments('--seconds 7 --knee --alone --rates 20 --overload'.split(' '));
  assert.deepEqual(
    [plan.knee, plan.alone, plan.search?.seconds, overload?.seconds],
    [{ seconds: 7 }, { seconds: 7 }, 7, 7],
  );
});

for (const args of [
  ['--rates', '20,x'],
  ['--idle', '0'],
  ['--faster'],
  ['--seconds', '-1'],
  ['--sampled', '101'],
  ['--telemetry', 'perhaps'],
])
  test(`${args.join(' ')} is refused, and the error names an option`, () => {
    assert.throws(() => readArguments(args), { name: 'Failure', message: /--/ });
  });

test('the other options of --against apply to both commits', () => {
  const read = (args: string) => readArguments(args.split(' ')).against;
  assert.deepEqual(read('--against main'), {
    commit: 'main',
    rounds: 3,
    questions: ['--idle', '10', '--alone'],
    questionsOfThat: [],
  });
  assert.deepEqual(read('--knee --against=main --rounds 5 --step-seconds 4'), {
    commit: 'main',
    rounds: 5,
    questions: ['--knee', '--step-seconds', '4'],
    questionsOfThat: [],
  });
  assert.deepEqual(read('--against main --telemetry-cost --knee'), {
    commit: 'main',
    rounds: 3,
    questions: ['--knee'],
    questionsOfThat: ['--telemetry', 'off'],
  });
  assert.equal(read('--alone'), undefined);
});
