import { Failure, type Print } from '../failure.ts';
import type { ProcessSpec } from './processes/child.ts';
import { stopOrder } from './processes/process-registry.ts';
import { type SupervisedProcess, superviseProcess } from './processes/supervised-process.ts';
import type { StateFolder } from './state-folder.ts';

type Outside = { folder: StateFolder; print: Print; signal?: AbortSignal | undefined };

/**
 * The processes under one supervisor. They end together: services, then stand-ins, then servers. Its signal is
 * aborted when it closes, for whatever else is under way while starting.
 */
export function createSupervisor({ folder, print, signal: outside }: Outside) {
  const processes: SupervisedProcess[] = [];
  const listeners: (() => void)[] = [];
  const closedListeners: (() => void)[] = [];
  const closing = new AbortController();
  let closed: Promise<void> | null = null;
  /** What fails after it fails because of it. */
  let firstFailure: { error: unknown } | null = null;

  async function run(spec: ProcessSpec): Promise<SupervisedProcess> {
    if (closing.signal.aborted) throw new Failure('The start was broken off.');
    const changed = () => {
      for (const listener of listeners) listener();
    };
    const supervised = superviseProcess(spec, { registry: folder.registry, print, changed });
    processes.push(supervised);
    await supervised.start();
    return supervised;
  }

  async function endAll(): Promise<void> {
    for (const group of stopOrder) {
      await Promise.all(processes.filter((one) => one.group === group).map((one) => one.stop()));
    }
  }

  /** Ends every process and gives the folder back. However often it is called, it happens once. */
  function close(): Promise<void> {
    closing.abort();
    closed ??= endAll().then(() => {
      for (const last of closedListeners) last();
      folder.release();
    });
    return closed;
  }

  /** Runs tasks at once; the first that fails stops the others, and is thrown when all have come to rest. */
  async function together<Results extends readonly unknown[]>(
    tasks: {
      [Index in keyof Results]: Promise<Results[Index]>;
    },
  ): Promise<Results> {
    for (const task of tasks) {
      task.catch((error: unknown) => {
        firstFailure ??= { error };
        closing.abort();
        void endAll();
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
    /** Null while there is none. */
    pidOf: (name: string) => processes.find((one) => one.name === name)?.pid() ?? null,
    run,
    together,
    close,
    /** Called after every change of what runs under which pid. */
    onChange: (listener: () => void) => listeners.push(listener),
    /** Called when every process has ended. */
    onClosed: (last: () => void) => closedListeners.push(last),
  };
}

export type Supervisor = ReturnType<typeof createSupervisor>;
