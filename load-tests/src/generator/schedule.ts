/** What is to be done later, at many different times. */
export interface Schedule<Item> {
  add(item: Item, at: number): void;
  /** Takes out what is due by now, millisecond by millisecond. */
  removeDue(now: number): Item[];
}

/**
 * Keeps tens of thousands of things for later without a timer and a promise for each, which the garbage collector would
 * have to look after. Each millisecond has its list.
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
