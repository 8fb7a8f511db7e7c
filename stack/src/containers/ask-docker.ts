import { spawnSync } from 'node:child_process';
import { repository } from '../project.ts';

/** Runs a command of docker that only reads; the answer is empty where it fails. */
export function ask(args: string[]) {
  const { error, stdout, stderr, status } = spawnSync('docker', args, { cwd: repository, encoding: 'utf8' });
  const isMissing = (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
  const reason = (stderr ?? '').trim().split('\n').at(-1) ?? '';
  return { isMissing, reason, answer: status === 0 ? stdout.trim() : '', errors: stderr ?? '' };
}
