import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import project from '@repo/project' with { type: 'json' };

const logged = (script: string) => loggedLines(script)[0] as Record<string, unknown>;

/** The lines that a child process logs: a logger writes to standard output. */
function loggedLines(script: string): Record<string, unknown>[] {
  const source = `import { createLogger } from './log.ts'; const log = createLogger('meter'); ${script}`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', source], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('a line names the service and the time, and carries its facts', () => {
  const { time, ...line } = logged(`log.info({ meterId: '7' }, 'meter read')`);

  assert.deepEqual(line, { level: 30, service: 'meter', meterId: '7', msg: 'meter read' });
  assert.match(String(time), /^\d{4}-\d\d-\d\dT.*Z$/);
});

test('a line in an active span names it as OpenTelemetry does, unless its facts name another', () => {
  const [traceId, spanId] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
  const other = '00f067aa0ba902b7';
  const lines = loggedLines(`
    const { context, ROOT_CONTEXT, trace } = await import('@opentelemetry/api');
    await import('./preload.ts');
    const span = { traceId: '${traceId}', spanId: '${spanId}', traceFlags: 1 };
    context.with(trace.setSpanContext(ROOT_CONTEXT, span), () => {
      log.info('of the active span');
      log.info({ span_id: '${other}', trace_flags: '00' }, 'of another');
    });`);

  assert.deepEqual(
    lines.map(({ trace_id, span_id, trace_flags }) => [trace_id, span_id, trace_flags]),
    [
      [traceId, spanId, '01'],
      [traceId, other, '00'],
    ],
  );
});

for (const name of ['authorization', 'password', 'token', 'email', 'to', ...project.secrets.fields]) {
  test(`the field ${name} is censored, at any depth of a line, in capitals, and in a child logger`, () => {
    const line = logged(`
      const deep = { part: { list: [{ '${name}': 'canary', '${name.toUpperCase()}': 'canary' }] } };
      log.child({ '${name}': 'canary' }).info({ '${name}': 'canary', ...deep }, 'careless')`);

    assert.doesNotMatch(JSON.stringify(line), /canary/);
    assert.equal(line[name], '[redacted]');
  });
}

const ADDRESS = 'ada@canary.example';

for (const [place, script] of [
  ['an error with the address in its message and its fields', `log.error({ err: failure }, 'failed')`],
  ['an error without a message of the caller', `log.error(failure)`],
  ['an error in a field of any name', `log.warn({ cause: failure }, 'failed')`],
  ['an error within another', `log.warn({ err: new Error('outer', { cause: failure }) }, 'failed')`],
  ['a list of errors', `log.warn({ errors: [failure] }, 'failed')`],
  ['a text of a library', `log.warn({ response: failure.response }, 'failed')`],
  ['a text deep within', `log.warn({ a: { b: { c: [failure.response] } } }, 'failed')`],
  ['the name of a field', `log.warn({ [failure.response]: 1 }, 'failed')`],
  ['the message itself', `log.warn(failure.message)`],
  ['the fields of a child', `log.child({ from: failure.message }).warn({ ...failure }, 'failed')`],
  ['a child of the logger', `log.child({}).warn({ err: failure }, 'failed')`],
] as const) {
  test(`a line contains no address: ${place}`, () => {
    const line = logged(`
      const failure = Object.assign(new Error('550 <${ADDRESS}>: rejected'),
        { response: '550 <${ADDRESS}>', rejected: ['${ADDRESS}'], code: 'EENVELOPE' });
      ${script}`);

    assert.doesNotMatch(JSON.stringify(line), /canary/);
  });
}

test('an error keeps its type, message, stack and codes', () => {
  const { err } = logged(`
    log.error({ err: Object.assign(new TypeError('no'), { code: '23505', table: 'meters' }) }, 'failed')`);

  const { stack, ...facts } = err as Record<string, string>;
  assert.deepEqual(facts, { type: 'TypeError', message: 'no', code: '23505', table: 'meters' });
  assert.match(stack ?? '', /^TypeError: no\n {4}at /);
});
