import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { repository } from '../project.ts';
import { cacheFolder, claimFolder, removeState } from './state-folder.ts';

const parent = mkdtempSync(join(tmpdir(), 'folder-'));
after(() => rmSync(parent, { recursive: true }));

/** A folder that holds these files. */
function folderWith(name: string, ...files: string[]): string {
  const dir = join(parent, name);
  mkdirSync(dir);
  for (const file of files) writeFileSync(join(dir, file), '');
  return dir;
}

test('a state folder is removed completely', async () => {
  const dir = join(parent, 'ours');
  const folder = await claimFolder(dir);
  folder.secret('postgres');
  folder.release();

  assert.deepEqual(await removeState(dir), []);
  assert.ok(!existsSync(dir));
});

test('foreign files in a state folder are kept', async () => {
  const dir = join(parent, 'shared');
  (await claimFolder(dir)).release();
  writeFileSync(join(dir, 'notes.txt'), '');

  assert.deepEqual(await removeState(dir), ['notes.txt']);
  assert.deepEqual(readdirSync(dir), ['notes.txt']);
});

test('a foreign folder, such as a repository or a home, is neither removed nor claimed', async () => {
  const dir = folderWith('repository', '.git', 'package.json', 'external');

  await assert.rejects(removeState(dir), /has not created the folder .*repository: nothing was removed/);
  await assert.rejects(claimFolder(dir), /holds "external", which is not Tenfold's: set TENFOLD_DIR/);
  assert.equal(readdirSync(dir).length, 3);
});

test('a folder that contains only the log of a download, as before the first start, is claimed', async () => {
  const dir = folderWith('first');
  mkdirSync(join(dir, 'logs'));

  (await claimFolder(dir)).release();
  assert.deepEqual(await removeState(dir), []);
});

test('a folder of an older version without a marker is recognized by its lock and its secrets', async () => {
  const dir = folderWith('old', 'lock');
  writeFileSync(join(dir, 'secrets.json'), '{}');

  assert.deepEqual(await removeState(dir), []);
});

test('a folder in use is not removed', async () => {
  const dir = join(parent, 'busy');
  const folder = await claimFolder(dir);

  await assert.rejects(removeState(dir), /already running/);
  folder.release();
  assert.ok(existsSync(dir));
});

test('downloads are kept in the home, or in the folder that the user names', () => {
  const home = () => '/home/ada';
  assert.equal(cacheFolder({}, home), '/home/ada/.cache/tenfold');
  assert.equal(cacheFolder({ HOME: '/home/eve' }, home), '/home/eve/.cache/tenfold');
  assert.equal(cacheFolder({ HOME: '/home/eve', XDG_CACHE_HOME: '/cache' }, home), '/cache/tenfold');
  assert.equal(cacheFolder({ XDG_CACHE_HOME: '/cache', TENFOLD_CACHE: '/mine' }, home), '/mine');
});

test('a user without a home must name the folder of downloads: it is never a folder of all users', () => {
  const unknown = () => {
    throw new Error('uv_os_homedir returned ENOENT');
  };
  const message = /^There is no home folder for downloads: set TENFOLD_CACHE to a folder that no other user /;
  assert.throws(() => cacheFolder({}, unknown), { name: 'Failure', message });
  assert.throws(() => cacheFolder({ HOME: '' }, () => ''), { name: 'Failure', message });

  const env = { PATH: process.env.PATH, HOME: '' };
  const run = spawnSync(process.execPath, [join(repository, 'run.mjs')], { env, encoding: 'utf8' });
  assert.match(run.stderr, message);
  assert.equal(run.status, 1);
});
