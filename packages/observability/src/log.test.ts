import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

/** What a process of its own logs, since a logger writes to standard output. */
function logged(script: string): Record<string, unknown> {
  const source = `import { createLogger } from './log.ts'; const log = createLogger('order'); ${script}`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', source], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  return JSON.parse(stdout) as Record<string, unknown>;
}

test('a line names the service and the time, and carries its facts', () => {
  const { time, ...line } = logged(`log.info({ orderId: '7' }, 'order placed')`);

  assert.deepEqual(line, { level: 30, service: 'order', orderId: '7', msg: 'order placed' });
  assert.match(String(time), /^\d{4}-\d\d-\d\dT.*Z$/);
});

test('what must not be told is not told, at the top or within', () => {
  const secret = 'tok_secret-anna@example.com';
  const line = logged(`log.info({
    paymentToken: '${secret}', email: '${secret}', token: '${secret}', password: '${secret}',
    headers: { authorization: '${secret}' }, order: { paymentToken: '${secret}' }, mail: { to: '${secret}' },
  }, 'careless')`);

  assert.doesNotMatch(JSON.stringify(line), /secret|example/);
  assert.equal(line.paymentToken, '[redacted]');
});

const ADDRESS = 'ada@canary.example';

for (const [what, script] of [
  ['an error that holds it in its words and beside them', `log.error({ err: failure }, 'failed')`],
  ['an error without a message of ours', `log.error(failure)`],
  ['an error as any other fact', `log.warn({ cause: failure }, 'failed')`],
  ['an error within another', `log.warn({ err: new Error('outer', { cause: failure }) }, 'failed')`],
  ['a list of errors', `log.warn({ errors: [failure] }, 'failed')`],
  ['a text of a library', `log.warn({ response: failure.response }, 'failed')`],
  ['a text deep within', `log.warn({ a: { b: { c: [failure.response] } } }, 'failed')`],
  ['the name of a field', `log.warn({ [failure.response]: 1 }, 'failed')`],
  ['the message itself', `log.warn(failure.message)`],
  ['a child of the logger', `log.child({}).warn({ err: failure }, 'failed')`],
] as const) {
  test(`an address stands in no line: ${what}`, () => {
    const line = logged(`
      const failure = Object.assign(new Error('550 <${ADDRESS}>: rejected'),
        { response: '550 <${ADDRESS}>', rejected: ['${ADDRESS}'], code: 'EENVELOPE' });
      ${script}`);

    assert.doesNotMatch(JSON.stringify(line), /canary/);
  });
}

test('an error keeps what helps to find it', () => {
  const { err } = logged(`
    log.error({ err: Object.assign(new TypeError('no'), { code: '23505', table: 'orders' }) }, 'failed')`);

  const { stack, ...facts } = err as Record<string, string>;
  assert.deepEqual(facts, { type: 'TypeError', message: 'no', code: '23505', table: 'orders' });
  assert.match(stack ?? '', /^TypeError: no\n {4}at /);
});
