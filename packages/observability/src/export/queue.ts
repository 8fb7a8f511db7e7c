/** The places in the queue of a batch processor. */
export interface Queue {
  /** Takes a place; false when there is none. */
  enter(): boolean;
  /** Frees places: so many items were given to the exporter. */
  leave(items: number): void;
}

/** The batch processors of the SDK drop what is beyond their limit, and tell no one. So the places are counted here. */
export function createQueue(limit: number, onDrop: () => void): Queue {
  let waiting = 0;
  return {
    enter() {
      if (waiting < limit) {
        waiting++;
        return true;
      }
      onDrop();
      return false;
    },
    leave(items) {
      waiting -= items;
    },
  };
}
