import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import type { CpuProfile } from '../src/profile/cpu-profile.ts';
import { openAddresses, openInspector, type Target } from '../src/profile/open-inspector.ts';
import { openProfileFiles } from '../src/profile/profile-files.ts';
import { profileCpu, profileHeap } from '../src/profile/profile-process.ts';

const dir = mkdtempSync(join(tmpdir(), 'profile-'));
const log = join(dir, 'busy.log');
const never = new AbortController().signal;
let child: ChildProcess;
let target: Target;

before(async () => {
  const output = openSync(log, 'a');
  const script = join(import.meta.dirname, 'busy-process.ts');
  child = spawn(process.execPath, ['--inspect-port=127.0.0.1:0', script], {
    stdio: ['ignore', output, output, 'ipc'],
  });
  await new Promise((resolve) => child.once('message', resolve));
  target = { name: 'busy', pid: child.pid as number, log };
});
after(() => {
  child.kill();
  rmSync(dir, { recursive: true });
});

const linesWith = (text: string) =>
  readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith(text));

test('a running process is recorded without a restart, and the line that stops its loop is found', async () => {
  const { inspector, release } = await openInspector(target);
  const files = openProfileFiles(dir, 'cpu');
  const { lines, written } = await profileCpu(inspector, { name: 'busy', seconds: 2, signal: never, files });
  await release();
  const text = lines.join('\n');
  assert.match(text, /stack\/test\/busy-process\.ts:8 {2}spin/);
  const [, stalls = ''] = text.split('Stalls of the event loop');
  assert.match(stalls, /the longest \d+ ms/);
  assert.match(stalls, /stopTheLoop {2}stack\/test\/busy-process\.ts:12/);
  const [profile = '', page = ''] = written;
  assert.ok((JSON.parse(readFileSync(profile, 'utf8')) as CpuProfile).nodes.length > 0);
  assert.match(readFileSync(page, 'utf8'), /<title>Profile/);
  assert.equal(statSync(profile).mode & 0o077, 0);
});

test('its inspector is closed again, and opens a second time', async () => {
  const { inspector, release } = await openInspector(target);
  assert.equal(await inspector.evaluate('process.pid'), target.pid);
  assert.equal(await inspector.evaluate('typeof __eventLoopProbe'), 'undefined');
  await release();
  const [first, second] = linesWith('Debugger listening on');
  assert.ok(first && second && first !== second);
});

test('an inspector that was open stays open', async () => {
  const held = await openInspector(target);
  const { inspector, release } = await openInspector(target);
  await release();
  await inspector.closed;
  assert.equal(await held.inspector.evaluate('1 + 1'), 2);
  await held.release();
});

test('the function that keeps memory is found in the heap', async () => {
  const { inspector, release } = await openInspector(target);
  const files = openProfileFiles(dir, 'heap');
  const { lines, written } = await profileHeap(inspector, { name: 'busy', seconds: 2, signal: never, files });
  await release();
  assert.match(lines.join('\n'), /KB {2}.*busy-process\.ts:17/);
  assert.equal(written.length, 3);
});

test('Ctrl-C ends a recording with what there is', async () => {
  const { inspector, release } = await openInspector(target);
  const files = openProfileFiles(dir, 'short');
  const signal = AbortSignal.abort();
  const { lines } = await profileCpu(inspector, { name: 'busy', seconds: 600, signal, files });
  await release();
  assert.match(lines[0] ?? '', /^busy: \d\d?\.\d s/);
});

test('a process that is paused is not waited for without end', async (t) => {
  const { inspector, release } = await openInspector(target);
  t.after(() => child.kill('SIGCONT'));
  child.kill('SIGSTOP');
  const reply = inspector.send('Runtime.evaluate', { expression: '1' }, 100);
  await assert.rejects(reply, /did not reply to Runtime\.evaluate within 0\.1 s: is it paused\?/);
  child.kill('SIGCONT');
  await release();
});

test('Ctrl-C ends the command, also when the process is paused', async (t) => {
  const { release } = await openInspector(target);
  t.after(() => child.kill('SIGCONT'));
  const { host } = new URL(openAddresses(readFileSync(log, 'utf8')).at(-1) ?? '');
  const script = join(import.meta.dirname, '../src/commands/profile.ts');
  const command = spawn(process.execPath, [script, '--inspector', host, '--seconds', '600'], {
    env: { ...process.env, TENFOLD_DIR: dir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const complaint = text(command.stderr);
  await once(command.stdout, 'data');
  child.kill('SIGSTOP');
  command.kill('SIGINT');

  const [status] = await once(command, 'exit');
  assert.equal(status, 1);
  assert.match(await complaint, /is it paused/);
  child.kill('SIGCONT');
  await release();
});

test('a process that has ended is named', async () => {
  const ended = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await new Promise((resolve) => ended.once('exit', resolve));
  await assert.rejects(
    openInspector({ name: 'gone', pid: ended.pid as number, log: join(dir, 'none.log') }),
    {
      message: /gone \(pid \d+\) does not run any more/,
    },
  );
});
