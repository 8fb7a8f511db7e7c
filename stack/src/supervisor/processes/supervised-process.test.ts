import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { ProcessSpec } from './child.ts';
import { openProcessRegistry } from './process-registry.ts';
import { type SupervisedProcess, superviseProcess } from './supervised-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'supervise-'));
const registry = openProcessRegistry(join(folder, 'processes.json'));
const printed: string[] = [];
const supervised: SupervisedProcess[] = [];
after(async () => {
  await Promise.all(supervised.map((one) => one.stop()));
  rmSync(folder, { recursive: true });
});

/** Supervises a shell script; it is ready when it has printed `ready`. */
function runs(name: string, script: string, more: Partial<ProcessSpec> = {}): SupervisedProcess {
  const log = join(folder, `${name}.log`);
  const spec: ProcessSpec = {
    ...{ name, group: 'service', log, cwd: folder, env: process.env },
    command: ['sh', '-c', script],
    isReady: async () => readFileSync(log, 'utf8').includes('ready'),
    ...{ readyWithinMs: 5_000, endSignal: 'SIGTERM', endWithinMs: 300, firstAttempts: 1 },
    ...more,
  };
  const one = superviseProcess(spec, { registry, print: (line) => printed.push(line), changed: () => {} });
  supervised.push(one);
  return one;
}

const alive = 'echo ready; exec sleep 60';
const hasPublished = (line: string) =>
  assert.ok(
    printed.some((one) => one.includes(line)),
    `${line} in ${printed.join('; ')}`,
  );

test('a process that dies is restarted, and that is printed', async (t) => {
  const order = runs('order', alive);
  await order.start();
  const before = order.pid();
  process.kill(before ?? 0, 'SIGKILL');
  await t.waitFor(() => assert.equal(order.status().state, 'restarting'), { interval: 5, timeout: 10_000 });
  await t.waitFor(() => hasPublished('order: it ended with SIGKILL; restarting it in 100 ms'), {
    timeout: 10_000,
  });
  await t.waitFor(() => hasPublished('order is running again'), { timeout: 10_000 });
  assert.notEqual(order.pid(), before);
  assert.equal(order.status().restarts, 1);
});

test('a start during a stop waits for it, and there is never more than one process', async () => {
  const slow = runs('slow', "trap 'sleep 0.2; exit 0' TERM; echo ready; while true; do sleep 0.02; done");
  await slow.start();
  const before = slow.pid();

  const stopping = slow.stop();
  const starting = slow.start();
  await assert.rejects(
    slow.stop().then(() => starting),
    /stopped or started meanwhile/,
  );
  await stopping;
  assert.throws(() => process.kill(before ?? 0, 0), 'the first has ended');
  assert.equal(slow.status().state, 'down');

  await slow.start();
  const again = slow.stop();
  const restarted = slow.start();
  await Promise.all([again, restarted]);
  assert.equal(slow.status().state, 'running');
  await slow.stop();
  assert.equal(slow.status().state, 'down');
});

test('a stopped process stays down until it is started', async () => {
  const payment = runs('payment', alive);
  await payment.start();
  await payment.stop();
  assert.equal(payment.pid(), null);
  assert.equal(payment.status().state, 'down');
  assert.equal(printed.filter((line) => line.startsWith('payment')).length, 0);
  await payment.start();
  assert.ok(payment.pid());
});

test('a paused process can be resumed, and stopped while it is paused', async () => {
  const mailbox = runs('mailbox', alive);
  await mailbox.start();
  mailbox.pause();
  assert.equal(mailbox.status().state, 'paused');
  await assert.rejects(mailbox.start(), /mailbox is paused: npm run stack -- resume mailbox/);
  mailbox.resume();
  assert.equal(mailbox.status().state, 'running');
  mailbox.pause();
  await mailbox.stop();
  assert.equal(mailbox.pid(), null);
});

test('a process that ignores its end signal is killed', async () => {
  const stubborn = runs('stubborn', 'trap "" TERM; echo ready; while true; do sleep 0.1; done');
  await stubborn.start();
  await stubborn.stop();
  assert.equal(stubborn.pid(), null);
});

test('a failed first start is explained by the last log line of the process', async () => {
  const broken = runs('broken', 'echo "cannot open the socket"; exit 3', { isReady: async () => false });
  await assert.rejects(broken.start(), {
    name: 'Failure',
    message: /^broken did not start: it ended with status 3 \(cannot open the socket\); see .*broken\.log$/,
  });
});

test('a missing program is named as the cause', async () => {
  const absent = runs('absent', '', { command: ['no-such-program'], isReady: async () => false });
  await assert.rejects(absent.start(), /absent did not start: it ended with ENOENT/);
});

test('the first start of a server may take several attempts', async () => {
  const tries = join(folder, 'tries');
  const script = `if [ -e ${tries} ]; then ${alive}; else touch ${tries}; exit 1; fi`;
  const postgres = runs('postgres', script, { firstAttempts: 2 });
  await postgres.start();
  assert.ok(existsSync(tries) && postgres.pid());
});
