import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { readConfig } from './read-config.ts';

const Config = z.object({ DATABASE_URL: z.url(), PORT: z.coerce.number().int().default(3001) });
const dir = mkdtempSync(join(tmpdir(), 'config-'));

function fileWith(text: string): string {
  const file = join(dir, 'secret');
  writeFileSync(file, text);
  return file;
}

test('a configuration is read from the environment, without other variables', () => {
  assert.deepEqual(readConfig(Config, { DATABASE_URL: 'postgres://a/b', HOME: '/' }), {
    DATABASE_URL: 'postgres://a/b',
    PORT: 3001,
  });
});

test('an error names each missing or invalid variable in one line', () => {
  assert.throws(
    () => readConfig(Config, { PORT: 'many' }),
    ({ message }: Error) => /DATABASE_URL .*PORT /.test(message) && !message.includes('\n'),
  );
});

test('a value is read from a file, with or without an end of line', () => {
  for (const text of ['postgres://a/b', 'postgres://a/b\n', 'postgres://a/b\r\n']) {
    const { DATABASE_URL } = readConfig(Config, { DATABASE_URL_FILE: fileWith(text) });
    assert.equal(DATABASE_URL, 'postgres://a/b');
  }
});

test('an error about a missing file names the file and its variable', () => {
  const env = { DATABASE_URL_FILE: join(dir, 'nothing') };
  assert.throws(() => readConfig(Config, env), /DATABASE_URL_FILE names a file .*nothing \(ENOENT\)/);
});

test('a value that is given twice is refused', () => {
  const env = { DATABASE_URL: 'postgres://a/b', DATABASE_URL_FILE: fileWith('postgres://c/d') };
  assert.throws(() => readConfig(Config, env), /one of these, not both: DATABASE_URL, DATABASE_URL_FILE/);
});
