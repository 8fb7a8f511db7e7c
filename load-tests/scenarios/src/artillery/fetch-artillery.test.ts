import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { fetchArtillery } from './fetch-artillery.ts';

let folder: string;
const { PATH } = process.env;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tenfold-artillery-'));
});

afterEach(() => {
  process.env.PATH = PATH;
  rmSync(folder, { recursive: true });
});

/** Replaces npm by a script. */
function npmIs(script: string): void {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  process.env.PATH = bin + delimiter + PATH;
}

const cache = () => join(folder, 'cache');

async function fetch() {
  const printed: string[] = [];
  const { signal } = new AbortController();
  const found = await fetchArtillery({ cache: cache(), print: (line) => printed.push(line), signal });
  return { found, printed };
}

test('Artillery is fetched once, by its lockfile and without install scripts, and its size is printed', async () => {
  npmIs('echo "$@" > arguments && mkdir node_modules && ls > files');
  const first = await fetch();
  assert.match(readFileSync(join(first.found, 'arguments'), 'utf8'), /^ci .*--ignore-scripts/);
  assert.match(readFileSync(join(first.found, 'files'), 'utf8'), /package-lock\.json/);
  assert.match(first.printed[0] ?? '', /Artillery \d+\.\d+\.\d+ .* 130 MB to download, 470 MB/);
  assert.match(first.found, /artillery-\d+\.\d+\.\d+-[0-9a-f]{8}$/);
  npmIs('exit 1');
  assert.deepEqual(await fetch(), { found: first.found, printed: [] });
});

test('a failed fetch leaves no files, and the error has the reason', async () => {
  npmIs('mkdir node_modules; echo "npm error code ENOTFOUND" >&2; exit 1');
  await assert.rejects(fetch(), {
    name: 'Failure',
    message: 'npm could not fetch Artillery (ENOTFOUND): is its registry reachable from here?',
  });
  assert.ok(existsSync(cache()));
  assert.deepEqual(readdirSync(cache()), []);
});
