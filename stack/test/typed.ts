import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What a command says to a person who types it, of the system in a folder. */
export async function runTyped(dir: string, name: string, ...args: string[]): Promise<string> {
  const command = join(import.meta.dirname, '../src/commands', `${name}.ts`);
  const env = { ...process.env, TENFOLD_DIR: dir };
  const options = { env, maxBuffer: 64 * 1024 * 1024 };
  const run = promisify(execFile)(process.execPath, [command, ...args], options);
  return run.then(
    ({ stdout }) => stdout,
    ({ stderr }) => stderr,
  );
}

/** Nothing but line ends moves the cursor. */
export function assertPrintable(shown: string, { longest = 200_000 } = {}): void {
  assert.doesNotMatch(shown.replaceAll('\n', ''), /(?! )[\p{C}\p{Z}]/u);
  for (const line of shown.split('\n')) assert.ok(line.length <= longest, `${line.length} characters`);
}
