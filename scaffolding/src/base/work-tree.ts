import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { Failure } from '@repo/stack';

/** The repository that these tools change: their own. */
export const repository = resolve(import.meta.dirname, '../../..');

function git(root: string, ...args: string[]): string {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Failure(`${root} is not a work tree of Git, or there is no Git on the path.`);
  return stdout;
}

/** @throws Failure when a file is changed and not committed: then a change could not be told apart, or undone */
export function refuseDirtyTree(root: string): void {
  const changed = git(root, 'status', '--porcelain').split('\n').filter(Boolean);
  if (changed.length === 0) return;
  const more = changed.length > 1 ? ` and ${changed.length - 1} more` : '';
  throw new Failure(
    `The work tree has changes that are not committed (${changed[0]?.slice(3)}${more}): commit them first.`,
  );
}

/** The paths of the files that differ from the last commit, without those that were deleted. */
export function changedFiles(root: string): string[] {
  const listed = git(root, 'ls-files', '-z', '--modified', '--others', '--exclude-standard');
  const deleted = new Set(git(root, 'ls-files', '-z', '--deleted').split('\0'));
  return [...new Set(listed.split('\0'))].filter((path) => path && !deleted.has(path));
}

/** The paths of the files that Git tracks, or would track. */
export function committedFiles(root: string): string[] {
  const listed = git(root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard');
  const deleted = new Set(git(root, 'ls-files', '-z', '--deleted').split('\0'));
  return [...new Set(listed.split('\0'))].filter((path) => path && !deleted.has(path));
}
