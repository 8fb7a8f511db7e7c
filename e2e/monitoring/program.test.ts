import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { freePort } from '@repo/stack';
import { startProgram } from './program.ts';

/** A program that is ready at once, and ignores the signal to end. */
const STUBBORN = `#!${process.execPath}
process.on('SIGTERM', () => console.log('asked to end'));
require('node:http').createServer((_, response) => response.end()).listen(Number(process.argv[2]), '127.0.0.1');
`;

test('a program that ignores the signal to end is ended', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'program-'));
  const path = process.env.PATH;
  t.after(() => {
    process.env.PATH = path;
    rmSync(dir, { recursive: true });
  });
  writeFileSync(join(dir, 'jaeger'), STUBBORN);
  chmodSync(join(dir, 'jaeger'), 0o755);
  process.env.PATH = `${dir}${delimiter}${path}`;
  const port = await freePort();
  const readyUrl = `http://127.0.0.1:${port}/`;
  const options = { dir, args: [String(port)], environment: {}, readyUrl, stopsWithinMs: 500 };

  const program = await startProgram('jaeger', options);
  await program.stop();

  await assert.rejects(fetch(readyUrl));
  assert.match(readFileSync(program.log, 'utf8'), /asked to end/);
});
