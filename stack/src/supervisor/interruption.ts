import { variable } from '../project.ts';

/**
 * A signal that is aborted when this process must end: on Ctrl-C, on SIGTERM, when its terminal is closed, or when its
 * parent process has died. Further signals change nothing.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const interrupt = () => controller.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  whenOrphaned(interrupt);
  // Writing to a closed terminal fails: that must not end this process before its children.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', interrupt);
  return controller.signal;
}

/** No signal reports the death of a parent, but an orphan gets another parent. */
function whenOrphaned(interrupt: () => void): void {
  const runner = process.env[variable('RUNNER_PID')] ?? '1';
  const parent = process.ppid === 1 ? Number(runner) : process.ppid;
  const check = () => {
    if (process.ppid !== parent) interrupt();
  };
  setInterval(check, 250).unref();
}
