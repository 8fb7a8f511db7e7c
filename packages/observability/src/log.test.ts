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
