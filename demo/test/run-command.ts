import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The output of a command about the system in a folder. */
export async function runCommand(dir: string, name: string, ...args: string[]): Promise<string> {
  const command = fileURLToPath(
    ['order', 'top'].includes(name)
      ? new URL(`../src/commands/${name}.ts`, import.meta.url)
      : import.meta.resolve(`@repo/stack/commands/${name}`),
  );
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
