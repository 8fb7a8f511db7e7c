import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { tryLock } from './lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'lock-'));
after(() => rmSync(folder, { recursive: true }));

test('one holds the lock at a time', () => {
  const file = join(folder, 'one');
  const held = tryLock(file);
  assert.ok(held);
  assert.equal(tryLock(file), null);
  held.release();
  tryLock(file)?.release();
});

test('the lock of a process that was killed is free at once', async () => {
  const file = join(folder, 'killed');
  const lock = join(import.meta.dirname, 'lock.ts');
  const code = `import { tryLock } from ${JSON.stringify(lock)};
    tryLock(${JSON.stringify(file)}); console.log('held'); setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', code]);
  await once(holder.stdout, 'data');
  assert.equal(tryLock(file), null);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const mine = tryLock(file);
  assert.ok(mine);
  mine.release();
});
