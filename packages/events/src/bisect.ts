export interface Bisection<Item> {
  /** Does the work of some items together: of all of them, or of none. */
  run: (items: Item[]) => Promise<void>;
  /** Deals with the one item that an error belongs to. */
  isolate: (item: Item, error: unknown) => Promise<void>;
  /** Whether an error is no item's fault and may pass: it is thrown on. */
  isTransient: (error: unknown) => boolean;
}

/**
 * Runs work on items together, in their order. Where that fails for good they are halved until the culprit stands alone:
 * of n items with one culprit, in about log2(n) more runs.
 *
 * @throws what is transient, and what `isolate` throws; the items before have been dealt with
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
