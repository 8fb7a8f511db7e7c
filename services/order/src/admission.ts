/** What bounds the taking of orders: how much there is of it, or may be. */
export interface Load {
  /** Orders on their way, but for those that wait for Kafka: the others have not been told of them. */
  openOrders: number;
  /** Events that wait to be published. */
  outboxRows: number;
}

export interface Limits extends Load {
  /** Within how long an order is to be placed, in milliseconds: while it takes longer, fewer may be in flight. */
  placingMs: number;
}

/** Why there is no room. */
export type Full = keyof Load | 'inFlight';

/**
 * Decides whether one more order may be placed. To take an order costs a tenth of what it costs to finish it, so that
 * a service which takes all that it can take finishes ever less: what is bounded is how many are on their way. While
 * Kafka is away orders wait in the outbox, and only its rows bound them.
 *
 * Orders that come faster than they can be placed would wait for ever longer, and keep this process from refusing others
 * at once. So the limit on how many are in flight shrinks by a tenth with each that took too long, and grows by one with
 * each that did not, while half of it is in use; once nobody is refused it is as high as at first.
 * (AIMD: Chiu and Jain, "Analysis of the Increase and Decrease Algorithms for Congestion Avoidance", 1989)
 */
export interface Admission {
  /** The most that there may be. */
  readonly limits: Limits;
  /** What there is: as it was counted last, with all that this process has taken since. */
  load(): Load;
  /** Whether nothing was on its way when it was counted last, and nothing was taken since. */
  isIdle(): boolean;
  /** Which limit is reached; undefined while there is room for one more order. */
  full(): Full | undefined;
  /**
   * Notes that an order was refused; answers after how many seconds it may come again: later the longer more are
   * refused than let in, and by chance, so that those who come again do not come at once.
   */
  refuse(): number;
  /** Lets in one order; answers what is to be told whether it was placed. */
  enter(): (isPlaced: boolean) => void;
  /** Begins a count; answers what is to be told of its result. */
  beginCount(): (counted: Load) => void;
}

/** While Kafka is away nothing changes within a second. */
const SOONEST_SECONDS: Record<Full, number> = { openOrders: 1, outboxRows: 10, inFlight: 1 };
/** Few in flight are enough: 128 fill two transactions (`groupCommit`), and as many again can wait. */
const CONCURRENCY_LIMIT = { least: 256, most: 1_000, decrease: 0.9 };
const LATEST_SECONDS = 60;
/** Over how many seconds those who are refused are spread: more with each count while more are refused than let in. */
const SPREAD = { leastSeconds: 1, mostSeconds: LATEST_SECONDS, growth: 1.5, decay: 0.9 };

export interface AdmissionOptions {
  /** A number from 0 up to 1, by chance. */
  random?: () => number;
  /** A clock, in milliseconds. */
  now?: () => number;
}

export function createAdmission(
  limits: Limits,
  { random = Math.random, now = () => performance.now() }: AdmissionOptions = {},
): Admission {
  let counted: Load = { openOrders: 0, outboxRows: 0 };
  let hasCounted = false;
  let inFlight = 0;
  let concurrencyLimit = CONCURRENCY_LIMIT.most;
  /** Those that were not yet placed when the last count began: it may have missed them. */
  let taken = 0;
  let [entered, refused] = [0, 0];
  let spreadSeconds = SPREAD.leastSeconds;
  const load = () => ({
    openOrders: counted.openOrders + taken,
    outboxRows: counted.outboxRows + taken,
  });

  function full(): Full | undefined {
    if (counted.openOrders + taken >= limits.openOrders) return 'openOrders';
    if (counted.outboxRows + taken >= limits.outboxRows) return 'outboxRows';
    if (inFlight >= concurrencyLimit) return 'inFlight';
    return undefined;
  }

  return {
    limits,
    load,
    isIdle: () => hasCounted && counted.openOrders + counted.outboxRows + taken + inFlight === 0,
    full,
    refuse() {
      refused++;
      const seconds = SOONEST_SECONDS[full() ?? 'openOrders'] + Math.floor(random() * spreadSeconds);
      return Math.min(LATEST_SECONDS, seconds);
    },
    enter() {
      entered++;
      taken++;
      inFlight++;
      const since = now();
      return (isPlaced) => {
        if (now() - since > limits.placingMs)
          concurrencyLimit = Math.max(CONCURRENCY_LIMIT.least, concurrencyLimit * CONCURRENCY_LIMIT.decrease);
        else if (inFlight > concurrencyLimit / 2)
          concurrencyLimit = Math.min(CONCURRENCY_LIMIT.most, concurrencyLimit + 1);
        inFlight--;
        if (!isPlaced) taken--;
      };
    },
    beginCount() {
      spreadSeconds *= refused > entered ? SPREAD.growth : SPREAD.decay;
      spreadSeconds = Math.min(SPREAD.mostSeconds, Math.max(SPREAD.leastSeconds, spreadSeconds));
      if (refused === 0) concurrencyLimit = CONCURRENCY_LIMIT.most;
      [entered, refused] = [0, 0];
      const placedBefore = taken - inFlight;
      return (found) => {
        counted = found;
        hasCounted = true;
        taken -= placedBefore;
      };
    },
  };
}
