import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * The start time of a process, as the kernel writes it; null if there is no such process. Pids are reused; a pid and a
 * start time identify one process forever.
 */
export function startMark(pid: number): string | null {
  try {
    return process.platform === 'linux' ? linuxStartMark(pid) : psStartMark(pid);
  } catch {
    return null;
  }
}

function linuxStartMark(pid: number): string | null {
  const [state, ...fields] = statFields(pid);
  if (state === 'Z') return null;
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return `${boot}/${fields[18]}`;
}

/** proc(5): the program's name may contain spaces and brackets, so the fields are counted from the last bracket. */
function statFields(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function psStartMark(pid: number): string | null {
  return ps('-o', 'lstart=', '-p', String(pid)).trim() || null;
}

/** The children of a process. Postgres puts each of its children into its own session, out of reach of the group. */
export function childrenOf(pid: number): number[] {
  try {
    const list =
      process.platform === 'linux'
        ? readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')
        : ps('-A', '-o', 'pid=,ppid=')
            .split('\n')
            .map((line) => line.trim().split(/\s+/))
            .filter(([, parent]) => parent === String(pid))
            .map(([child]) => child ?? '');
    return list.map(Number).filter((child) => child > 0);
  } catch {
    return [];
  }
}

function ps(...args: string[]): string {
  return execFileSync('ps', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}
