// npm run check: runs every `check:*` script of the root package.json at once and prints a line for each. A new
// check is a new script there.

import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';

type Result = { passed: boolean; output: string; seconds: string };

if (process.argv.length > 2) {
  console.log(
    'npm run check\n\nRuns every check at once: format, lint, types, boundaries, dead code, words, workflows, containers.\nIt takes no arguments.',
  );
  process.exit(/^(--help|-h)$/.test(process.argv[2] as string) ? 0 : 1);
}

const root = join(import.meta.dirname, '..', '..', '..');
// This Node comes first on the PATH: the machine's own may be too old for the tools.
const path = [dirname(process.execPath), join(root, 'node_modules', '.bin'), process.env.PATH].join(
  delimiter,
);

const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const checks = Object.entries(scripts)
  .filter(([name]) => name.startsWith('check:'))
  .map(([name, command]) => ({ name: name.slice('check:'.length), result: run(command) }));

const failed: string[] = [];
for (const { name, result } of checks) {
  const { passed, output, seconds } = await result;
  console.log(`${passed ? 'ok    ' : 'FAILED'}  ${name.padEnd(10)}  ${seconds.padStart(4)} s`);
  if (passed) continue;
  failed.push(name);
  console.log(`\n${output.trim().replace(/^/gm, '    ')}\n`);
}
console.log(failed.length ? `check failed: ${failed.join(', ')}` : 'check passed');
process.exitCode = failed.length || checks.length === 0 ? 1 : 0;

function run(command: string): Promise<Result> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, {
      cwd: root,
      shell: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PATH: path },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.on('close', (code) => {
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      resolve({ passed: code === 0, output, seconds });
    });
  });
}
