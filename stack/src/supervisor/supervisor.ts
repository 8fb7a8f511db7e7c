import { Failure, type Print } from '../failure.ts';
import type { ProcessSpec } from './processes/child.ts';
import { stopOrder } from './processes/process-registry.ts';
import { type SupervisedProcess, superviseProcess } from './processes/supervised-process.ts';
import type { StateFolder } from './state-folder.ts';

type Outside = { folder: StateFolder; print: Print; signal?: AbortSignal | undefined };

/**
 * Supervises processes that stop together: services, then stand-ins, then servers. Its signal is aborted when it closes,
 * for other steps of the start.
 */
export function createSupervisor({ folder, print, signal: outside }: Outside) {
  const processes: SupervisedProcess[] = [];
  const listeners: (() => void)[] = [];
  const closedListeners: (() => void)[] = [];
  const closing = new AbortController();
  let closed: Promise<void> | null = null;
  /** Later failures are its consequences. */
  let firstFailure: { error: unknown } | null = null;

  async function run(spec: ProcessSpec): Promise<SupervisedProcess> {
    if (closing.signal.aborted) throw new Failure('The start was interrupted.');
    const changed = () => {
      for (const listener of listeners) listener();
    };
    const supervised = superviseProcess(spec, { registry: folder.registry, print, changed });
    processes.push(supervised);
    await supervised.start();
    return supervised;
  }

  async function stopAll(): Promise<void> {
    for (const group of stopOrder) {
      await Promise.all(processes.filter((one) => one.group === group).map((one) => one.stop()));
    }
  }

  /** Stops every process and releases the folder, once, however often it is called. */
  function close(): Promise<void> {
    closing.abort();
    closed ??= stopAll().then(() => {
      for (const listener of closedListeners) listener();
      folder.release();
    });
    return closed;
  }

  /** Runs tasks concurrently. The first failure stops the others, and is thrown when all have ended. */
  async function together<Results extends readonly unknown[]>(
    tasks: {
      [Index in keyof Results]: Promise<Results[Index]>;
    },
  ): Promise<Results> {
    for (const task of tasks) {
      task.catch((error: unknown) => {
        firstFailure ??= { error };
        closing.abort();
        void stopAll();
      });
    }
    await Promise.allSettled(tasks);
    if (firstFailure) throw firstFailure.error;
    return Promise.all(tasks);
  }

  outside?.addEventListener('abort', () => void close());
  if (outside?.aborted) void close();
  return {
    folder,
    print,
    signal: closing.signal,
    processes: processes as readonly SupervisedProcess[],
    /** Null while the process is down. */
    pidOf: (name: string) => processes.find((one) => one.name === name)?.pid() ?? null,
    run,
    together,
    close,
    /** Calls the listener after every change of a pid. */
    onChange: (listener: () => void) => listeners.push(listener),
    /** Calls the listener when every process has ended. */
    onClosed: (listener: () => void) => closedListeners.push(listener),
  };
}

export type Supervisor = ReturnType<typeof createSupervisor>;
