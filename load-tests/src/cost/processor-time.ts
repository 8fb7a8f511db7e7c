import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** A process and its parent, and its processor time, with that of children that have exited. */
export interface ProcessTime {
  pid: number;
  parent: number;
  seconds: number;
}

/** Linux reports times in hundredths of a second, independent of the kernel's clock (time(7), USER_HZ). */
const TICKS_PER_SECOND = 100;

/** The processor seconds of each of these processes so far, with its children. */
export function readProcessorSeconds(pids: Record<string, number | null>): Record<string, number> {
  const times = existsSync('/proc/self/stat') ? readProc() : readPs();
  return Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, secondsOf(pid, times)]));
}

/** The time of a process and its children: Postgres, for example, has a process for each connection. */
export function secondsOf(pid: number | null, times: ProcessTime[]): number {
  const own = times.find((one) => one.pid === pid)?.seconds ?? 0;
  const children = times.filter(({ parent }) => parent === pid);
  return children.reduce((sum, child) => sum + secondsOf(child.pid, times), own);
}

function readProc(): ProcessTime[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [timeInStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))];
      } catch {
        // It has just exited.
        return [];
      }
    });
}

/** proc_pid_stat(5): the program's name may contain spaces and brackets, so fields are counted from the last bracket. */
export function timeInStat(stat: string): ProcessTime {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { pid: Number.parseInt(stat, 10), parent: Number(fields[1]), seconds: ticks / TICKS_PER_SECOND };
}

/** `ps` does not include children that have exited. */
function readPs(): ProcessTime[] {
  return timesInPs(execFileSync('ps', ['-A', '-o', 'pid=,ppid=,time='], { encoding: 'utf8' }));
}

/** Each line has a time as [[days-]hours:]minutes:seconds, which may have a fraction. */
export function timesInPs(table: string): ProcessTime[] {
  return [...table.matchAll(/^\s*(\d+)\s+(\d+)\s+(?:(\d+)-)?(?:(\d+):)??(\d+):([\d.]+)\s*$/gm)].map(
    ([, pid, parent, days = 0, hours = 0, minutes, seconds]) => ({
      pid: Number(pid),
      parent: Number(parent),
      seconds: ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds),
    }),
  );
}
