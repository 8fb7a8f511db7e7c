import { variable } from '../project.ts';

/**
 * Aborted when this process is told to end: by Ctrl-C, SIGTERM, a terminal that is closed, or the death of the
 * process that started it, whatever killed that one. Being told again changes nothing.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const interrupt = () => controller.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  whenOrphaned(interrupt);
  // When the terminal is gone, writing to it fails: that must not end us before what we started has ended.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', interrupt);
  return controller.signal;
}

/** Nobody is told that their parent has died, but an orphan gets another one. */
function whenOrphaned(interrupt: () => void): void {
  const runner = process.env[variable('RUNNER_PID')] ?? '1';
  const parent = process.ppid === 1 ? Number(runner) : process.ppid;
  const check = () => {
    if (process.ppid !== parent) interrupt();
  };
  setInterval(check, 250).unref();
}
