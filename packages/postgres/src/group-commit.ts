import { createPace, type Pace } from '@repo/polling';
import type { Database } from './database.ts';
import { sqlState } from './errors.ts';
import type { Transaction } from './queryable.ts';

export interface GroupCommit<Item, Result> {
  /** Queues one item and waits until its transaction has been committed. */
  submit(item: Item): Promise<Result>;
}

export interface GroupCommitOptions<Item, Result> {
  database: Database;
  /** Does the work of all items in one transaction; returns one result for each item, in their order. */
  work: (tx: Transaction, items: Item[]) => Promise<Result[]>;
  /** The most transactions at a time. */
  lanes?: number;
  /** The most items of one transaction. */
  batchSize?: number;
  /** The most items that may wait; further items are refused with QueueFull. */
  queueLimit?: number;
  lockTimeoutMs?: number;
  /** Runs around each transaction, e.g. to set the trace context. */
  around?: <T>(items: Item[], run: () => Promise<T>) => Promise<T>;
}

export class QueueFull extends Error {
  override name = 'QueueFull';
}

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/**
 * Many small writes share one transaction, its round trips and its flush to disk: a free lane processes the queued items,
 * up to a batch, and resolves each item after the commit. Lanes keep a pace, so under load more items share a batch; an
 * item that is submitted after a pause does not wait.
 * (DeWitt et al., "Implementation Techniques for Main Memory Database Systems", 1984, §5.2.)
 *
 * A transaction that fails because of the data of one item (SQLSTATE classes 22 and 23) or because of a lock timeout
 * (55P03) is repeated item by item, so the others succeed; after a deadlock (40P01) it is repeated as a whole.
 *
 * @throws QueueFull from submit, when too many items wait already; else the error of `work` or of the commit.
 */
export function groupCommit<Item, Result>(
  options: GroupCommitOptions<Item, Result>,
): GroupCommit<Item, Result> {
  const { database, work, lanes = 2, batchSize = 64, queueLimit = 1_000 } = options;
  const around = options.around ?? ((_items, run) => run());
  const transactionOptions = options.lockTimeoutMs ? { lockTimeoutMs: options.lockTimeoutMs } : {};
  const queue: Waiting<Item, Result>[] = [];
  const freeLanes = Array.from({ length: lanes }, () => createPace());

  function submit(item: Item): Promise<Result> {
    if (queue.length >= queueLimit)
      return Promise.reject(new QueueFull(`${queueLimit} writes are waiting already.`));
    return new Promise((resolve, reject) => {
      queue.push({ item, resolve, reject });
      const lane = freeLanes.pop();
      if (lane) void runLane(lane);
    });
  }

  async function runLane(lane: Pace): Promise<void> {
    while (queue.length > 0) await lane.turn(() => runBatch(queue.splice(0, batchSize)));
    freeLanes.push(lane);
  }

  async function runBatch(batch: Waiting<Item, Result>[], retries = 3): Promise<void> {
    try {
      const items = batch.map((waiting) => waiting.item);
      const results = await around(items, () =>
        database.transaction((tx) => work(tx, items), transactionOptions),
      );
      batch.forEach((waiting, index) => {
        waiting.resolve(results[index] as Result);
      });
    } catch (error) {
      if (sqlState(error) === '40P01' && retries > 0) return runBatch(batch, retries - 1);
      if (batch.length > 1 && concernsOneItem(error)) {
        for (const waiting of batch) await runBatch([waiting]);
        return;
      }
      for (const waiting of batch) waiting.reject(error);
    }
  }

  return { submit };
}

function concernsOneItem(error: unknown): boolean {
  const state = sqlState(error) ?? '';
  return state === '55P03' || state.startsWith('22') || state.startsWith('23');
}
