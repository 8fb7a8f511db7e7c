/** What bounds the taking of orders: how much there is of it, or may be. */
export interface Load {
  /** Orders on their way, but for those that wait for Kafka: the others have not been told of them. */
  openOrders: number;
  /** Events that wait to be published. */
  outboxRows: number;
}

/**
 * Decides whether one more order may be placed. To take an order costs a tenth of what it costs to finish it, so that
 * a service which takes all that it can take finishes ever less: what is bounded is how many are on their way. While
 * Kafka is away orders wait in the outbox, and only its rows bound them.
 */
export interface Admission {
  /** The most that there may be. */
  readonly limits: Load;
  /** What there is: as it was counted last, with all that this process has taken since. */
  load(): Load;
  /** Which limit is reached; undefined while there is room for one more order. */
  full(): keyof Load | undefined;
  /** Lets in one order; answers what is to be told whether it was placed. */
  enter(): (isPlaced: boolean) => void;
  /** Begins a count; answers what is to be told of its result. */
  beginCount(): (counted: Load) => void;
}

export function createAdmission(limits: Load): Admission {
  let counted: Load = { openOrders: 0, outboxRows: 0 };
  let inHand = 0;
  /** Those that were not yet placed when the last count began: it may have missed them. */
  let taken = 0;
  const load = () => ({
    openOrders: counted.openOrders + taken,
    outboxRows: counted.outboxRows + taken,
  });

  return {
    limits,
    load,
    full() {
      if (counted.openOrders + taken >= limits.openOrders) return 'openOrders';
      if (counted.outboxRows + taken >= limits.outboxRows) return 'outboxRows';
      return undefined;
    },
    enter() {
      taken++;
      inHand++;
      return (isPlaced) => {
        inHand--;
        if (!isPlaced) taken--;
      };
    },
    beginCount() {
      const placedBefore = taken - inHand;
      return (found) => {
        counted = found;
        taken -= placedBefore;
      };
    },
  };
}
