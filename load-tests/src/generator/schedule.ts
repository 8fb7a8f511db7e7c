/** Items that become due later, at many different times. */
export interface Schedule<Item> {
  add(item: Item, at: number): void;
  /** Removes and returns the items that are due, millisecond by millisecond. */
  removeDue(now: number): Item[];
}

/**
 * Holds tens of thousands of items without a timer and a promise for each, which would load the garbage collector. Each
 * millisecond has its list.
 * (Varghese and Lauck, "Hashed and Hierarchical Timing Wheels", 1987, scheme 4)
 *
 * @param begin no time is earlier than this, in milliseconds
 */
export function createSchedule<Item>(begin: number): Schedule<Item> {
  const lists = new Map<number, Item[]>();
  let next = 0;

  return {
    add(item, at) {
      const ms = Math.max(next, Math.ceil(at - begin));
      const list = lists.get(ms);
      if (list) list.push(item);
      else lists.set(ms, [item]);
    },
    removeDue(now) {
      const due: Item[] = [];
      for (; begin + next <= now; next++) {
        due.push(...(lists.get(next) ?? []));
        lists.delete(next);
      }
      return due;
    },
  };
}
