export interface Bisection<Item> {
  /** Does the work of some items together: of all of them, or of none. */
  run: (items: Item[]) => Promise<void>;
  /** Handles the one item that causes an error. */
  isolate: (item: Item, error: unknown) => Promise<void>;
  /** Whether an error is no item's fault: it is thrown. */
  isTransient: (error: unknown) => boolean;
}

/**
 * Runs work on items together, in their order. When a run fails permanently, the items are halved until the one that
 * causes the error is isolated: one bad item among n costs about 2 log2(n) more runs.
 *
 * @throws transient errors, and the errors of `isolate`; the items before have been run or isolated
 */
export async function bisect<Item>(items: Item[], bisection: Bisection<Item>): Promise<void> {
  const { run, isolate, isTransient } = bisection;
  try {
    await run(items);
  } catch (error) {
    if (isTransient(error)) throw error;
    if (items.length === 1) return isolate(items[0] as Item, error);
    const middle = Math.ceil(items.length / 2);
    await bisect(items.slice(0, middle), bisection);
    await bisect(items.slice(middle), bisection);
  }
}
