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
  /** Whether nothing was on its way when it was counted last, and nothing was taken since. */
  isIdle(): boolean;
  /** Which limit is reached; undefined while there is room for one more order. */
  full(): keyof Load | undefined;
  /**
   * Notes that an order was refused; answers after how many seconds it may come again: later the more are refused, and
   * by chance, so that those who come again do not come at once.
   */
  refuse(): number;
  /** Lets in one order; answers what is to be told whether it was placed. */
  enter(): (isPlaced: boolean) => void;
  /** Begins a count; answers what is to be told of its result. */
  beginCount(): (counted: Load) => void;
}

/** While Kafka is away nothing changes within a second. */
const SOONEST_SECONDS: Record<keyof Load, number> = { openOrders: 1, outboxRows: 10 };
const LONGEST_SPREAD_SECONDS = 30;
/** So much of what was seen before counts beside what was seen since the last count. */
const INERTIA = 0.8;

/** @param random a number from 0 up to 1, by chance */
export function createAdmission(limits: Load, random = Math.random): Admission {
  let counted: Load = { openOrders: 0, outboxRows: 0 };
  let hasCounted = false;
  let inHand = 0;
  /** Those that were not yet placed when the last count began: it may have missed them. */
  let taken = 0;
  let [entered, refused] = [0, 0];
  /** How many were refused lately for each that was let in: in so many seconds all of them could be let in. */
  let overload = 0;
  const load = () => ({
    openOrders: counted.openOrders + taken,
    outboxRows: counted.outboxRows + taken,
  });

  function full(): keyof Load | undefined {
    if (counted.openOrders + taken >= limits.openOrders) return 'openOrders';
    if (counted.outboxRows + taken >= limits.outboxRows) return 'outboxRows';
    return undefined;
  }

  return {
    limits,
    load,
    isIdle: () => hasCounted && counted.openOrders + counted.outboxRows + taken + inHand === 0,
    full,
    refuse() {
      refused++;
      const spread = Math.min(LONGEST_SPREAD_SECONDS, 1 + overload);
      return SOONEST_SECONDS[full() ?? 'openOrders'] + Math.floor(random() * spread);
    },
    enter() {
      entered++;
      taken++;
      inHand++;
      return (isPlaced) => {
        inHand--;
        if (!isPlaced) taken--;
      };
    },
    beginCount() {
      overload = INERTIA * overload + (1 - INERTIA) * (refused / Math.max(1, entered));
      [entered, refused] = [0, 0];
      const placedBefore = taken - inHand;
      return (found) => {
        counted = found;
        hasCounted = true;
        taken -= placedBefore;
      };
    },
  };
}
