import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The peak memory of a process in megabytes: in the first quarter of the time, and in the last. */
export interface Peaks {
  first: number;
  last: number;
}

interface Sample {
  at: number;
  byPid: Map<number, number>;
}

const run = promisify(execFile);
const EACH_MS = 1_000;

/** Samples the resident memory of these processes each second; returns a function that stops it and gives the peaks. */
export function watchMemory(processes: Record<string, number>): () => Record<string, Peaks> {
  const samples: Sample[] = [];
  const pids = Object.values(processes).join(',');
  const timer = setInterval(async () => {
    const { stdout } = await run('ps', ['-o', 'pid=,rss=', '-p', pids]).catch(() => ({ stdout: '' }));
    samples.push({ at: performance.now(), byPid: megabytesIn(stdout) });
  }, EACH_MS);

  return () => {
    clearInterval(timer);
    const entries = Object.entries(processes).map(([name, pid]) => [name, peaksOf(samples, pid)] as const);
    return Object.fromEntries(entries);
  };
}

function megabytesIn(text: string): Map<number, number> {
  const rows = text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  return new Map(rows.map(([pid = 0, kilobytes = 0]) => [pid, kilobytes / 1_024]));
}

function peaksOf(samples: Sample[], pid: number): Peaks {
  const quarter = Math.ceil(samples.length / 4);
  const peak = (part: Sample[]) => Math.max(...part.map(({ byPid }) => byPid.get(pid) ?? 0));
  return { first: peak(samples.slice(0, quarter)), last: peak(samples.slice(-quarter)) };
}
