/** What is to be done later, at many different times. */
export interface Schedule<Item> {
  add(item: Item, at: number): void;
  /** Takes out what is due by now, the earliest first. */
  takeDue(now: number): Item[];
}

const TICK_MS = 10;

/**
 * Keeps tens of thousands of things for later without a timer and a promise for each, which the garbage collector would
 * have to look after. Time goes in ticks of 10 ms, and each has its list. (Varghese and Lauck, "Hashed and Hierarchical
 * Timing Wheels", 1987, scheme 5)
 *
 * @param begin no time is earlier than this, in milliseconds
 */
export function createSchedule<Item>(begin: number): Schedule<Item> {
  const lists = new Map<number, Item[]>();
  const tickAfter = (at: number) => Math.ceil((at - begin) / TICK_MS);
  let nextTick = 0;

  return {
    add(item, at) {
      const tick = Math.max(nextTick, tickAfter(at));
      const list = lists.get(tick);
      if (list) list.push(item);
      else lists.set(tick, [item]);
    },
    takeDue(now) {
      const due: Item[] = [];
      for (; begin + nextTick * TICK_MS <= now; nextTick++) {
        due.push(...(lists.get(nextTick) ?? []));
        lists.delete(nextTick);
      }
      return due;
    },
  };
}
