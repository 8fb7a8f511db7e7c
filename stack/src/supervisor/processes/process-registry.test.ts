import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { endOrphans, openProcessRegistry, supervisorPid } from './process-registry.ts';

const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
const file = join(folder, 'processes.json');
const sleepers: ChildProcess[] = [];
after(() => {
  for (const sleeper of sleepers) sleeper.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

async function startSleeper(): Promise<ChildProcess & { pid: number }> {
  const sleeper = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
  sleepers.push(sleeper);
  await once(sleeper, 'spawn');
  return sleeper as ChildProcess & { pid: number };
}

test('the orphans of an earlier supervisor are found and stopped', async () => {
  const sleeper = await startSleeper();
  openProcessRegistry(file).add({ name: 'order', group: 'service', endSignal: 'SIGTERM', pid: sleeper.pid });
  const ended = once(sleeper, 'exit');
  assert.deepEqual(await endOrphans(file), ['order']);
  assert.deepEqual(await ended, [null, 'SIGTERM']);
});

test('another process that has the same pid by now is not stopped', async () => {
  const stranger = await startSleeper();
  openProcessRegistry(file).add({ name: 'order', group: 'service', endSignal: 'SIGTERM', pid: stranger.pid });
  const { mark } = JSON.parse(readFileSync(file, 'utf8')).processes[0];
  writeFileSync(file, readFileSync(file, 'utf8').replace(mark, 'an earlier start'));
  assert.deepEqual(await endOrphans(file), []);
  assert.equal(stranger.exitCode ?? stranger.signalCode, null);
});

test('a registry names its supervisor, while that is alive', () => {
  const registry = openProcessRegistry(file);
  assert.equal(supervisorPid(file), process.pid);
  writeFileSync(file, readFileSync(file, 'utf8').replace('"mark": "', '"mark": "not '));
  assert.equal(supervisorPid(file), null);
  registry.close();
  assert.equal(supervisorPid(file), null);
});
