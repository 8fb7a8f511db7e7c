import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Failure } from '@repo/stack';

/**
 * Brings the lockfile and the installed dependencies in line with the package.json files. run.mjs does it, which knows
 * where pnpm is.
 */
export function lock(root: string): void {
  const { status } = spawnSync(process.execPath, [join(root, 'run.mjs'), '--lock'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0)
    throw new Failure('The files are written, but installing failed: npm run lock tries it again.');
}
