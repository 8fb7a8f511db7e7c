import { Failure, type Say } from './failure.ts';
import type { Folder } from './folder.ts';
import type { Recipe } from './processes/child.ts';
import { endingOrder } from './processes/ledger.ts';
import { type Supervised, supervise } from './processes/supervise.ts';

type Outside = { folder: Folder; say: Say; signal?: AbortSignal | undefined };

/**
 * The processes under one supervisor. They end together: services, then stand-ins, then servers. Its signal is
 * aborted when it closes, for whatever else is under way while starting.
 */
export function openHouse({ folder, say, signal: outside }: Outside) {
  const processes: Supervised[] = [];
  const listeners: (() => void)[] = [];
  const lastThings: (() => void)[] = [];
  const closing = new AbortController();
  let closed: Promise<void> | null = null;
  /** What fails after it fails because of it. */
  let firstFailure: { error: unknown } | null = null;

  async function run(recipe: Recipe): Promise<Supervised> {
    if (closing.signal.aborted) throw new Failure('The start was broken off.');
    const changed = () => {
      for (const listener of listeners) listener();
    };
    const supervised = supervise(recipe, { ledger: folder.ledger, say, changed });
    processes.push(supervised);
    await supervised.start();
    return supervised;
  }

  async function endAll(): Promise<void> {
    for (const group of endingOrder) {
      await Promise.all(processes.filter((one) => one.group === group).map((one) => one.stop()));
    }
  }

  /** Ends every process and gives the folder back. However often it is called, it happens once. */
  function close(): Promise<void> {
    closing.abort();
    closed ??= endAll().then(() => {
      for (const last of lastThings) last();
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
    say,
    signal: closing.signal,
    processes: processes as readonly Supervised[],
    /** Null while there is none. */
    pidOf: (name: string) => processes.find((one) => one.name === name)?.pid() ?? null,
    run,
    together,
    close,
    /** Called after every change of what runs under which pid. */
    onChange: (listener: () => void) => listeners.push(listener),
    /** Called when every process has ended. */
    atTheEnd: (last: () => void) => lastThings.push(last),
  };
}

export type House = ReturnType<typeof openHouse>;
