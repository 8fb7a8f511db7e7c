import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../runner/test-files.ts';
import { readLogMessages } from './log-messages.ts';

/** It logs for its callers, whose messages are checked. */
const ALARM = 'packages/observability/src/alarm.ts';

const read = (source: string) => readLogMessages('a.ts', source);

test('every log line and every alarm has a constant message, and every alarm has a page', () => {
  const files = globSync('{packages,services,scaffolding/templates}/**/src/**/*.ts', {
    cwd: root,
    exclude: (name) => name === 'node_modules',
  }).filter((file) => !file.endsWith('.test.ts') && file !== ALARM);
  const found = files.map((file) => readLogMessages(file, readFileSync(join(root, file), 'utf8')));
  const alarms = found.flatMap((one) => one.alarms);

  assert.ok(files.length > 100 && alarms.length > 5);
  assert.deepEqual(
    found.flatMap((one) => one.varying),
    [],
  );
  assert.deepEqual(
    alarms.filter((code) => !existsSync(join(root, 'docs/runbooks', `${code}.md`))),
    [],
  );
});

for (const call of [
  "log.info('started')",
  "log.info({ url }, 'started')",
  "request.log.warn({ err }, 'failed')",
  'log.info(`started`)',
  "log[level]({ text }, 'telemetry SDK')",
  "alarm('worker-stalled', 'a worker makes no progress', { worker })",
  "options.alarm('worker-stalled', 'a worker makes no progress', {})",
  'console.info(text)',
  'log.child({ name })',
  'catalog.info(text)',
])
  test(`${call} is accepted`, () => assert.deepEqual(read(call).varying, []));

for (const call of [
  `log.info({ id }, \`\${name}: refused\`)`,
  "log.info('started at ' + url)",
  'log.info(text)',
  'log.error(error)',
  'this.log.error({ err: error }, error.message)',
  "testLog.warn({}, isOpen ? 'open' : 'closed')",
  'log[level](text)',
  "alarm(code, 'a worker makes no progress', {})",
  `alarm('worker-stalled', \`\${worker} makes no progress\`, {})`,
])
  test(`${call} is refused with its line`, () =>
    assert.deepEqual(read(`\n${call}`).varying, [`a.ts:2  ${call}`]));

test('the code of an alarm is read', () => {
  assert.deepEqual(read("alarm('worker-stalled', 'a worker makes no progress', {})").alarms, [
    'worker-stalled',
  ]);
});
