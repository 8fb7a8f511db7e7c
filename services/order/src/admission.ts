import { createConcurrencyLimit } from './concurrency.ts';

/** The counted backlog, or its limits. */
export interface Load {
  /** Orders that are placed or reserved. Without those whose `order.placed` waits for Kafka: no service works on them. */
  openOrders: number;
  /** Events that wait to be published. */
  outboxRows: number;
}

export interface Limits extends Load {
  /** The time in which an order is to be placed, in milliseconds: while it takes longer, fewer may be in flight. */
  placingMs: number;
}

/** The limit that refuses an order. */
export type Full = keyof Load | 'inFlight';

/** The place of one order among those that were admitted: to be kept once it is placed, else to be released. */
export interface Place {
  keep(): void;
  release(): void;
}

/** How many orders had been placed when a count began. */
export interface Mark {
  placed: number;
}

/**
 * Decides whether one more order may be placed, as a semaphore whose count is corrected from the database. To place an
 * order costs a tenth of what it costs to complete it, so a service that accepts everything spends its CPU on accepting
 * and completes less and less: the number of open orders is limited. While Kafka is down orders wait in the outbox, and
 * only its rows limit them. The orders in flight in this process have a limit of their own (`concurrency.ts`).
 */
export interface Admission {
  readonly limits: Limits;
  /** The load of the last count, and all orders that this process has placed since. */
  load(): Load;
  /** Whether the last count found nothing, and no order was admitted since. */
  isIdle(): boolean;
  /** The limit that is reached; undefined while there is room for one more order. */
  full(): Full | undefined;
  /** Acquires the place of one order; returns undefined when a limit is reached. */
  tryAcquire(): Place | undefined;
  /**
   * Counts a refused order; returns after how many seconds it may be sent again. The wait grows while more orders are
   * refused than admitted, and is random, so that refused clients do not return at the same time.
   */
  refuse(): number;
  /** Marks that a count begins. */
  mark(): Mark;
  /** Replaces what was counted before. An order that was not yet placed at the mark may be missing in the count. */
  correct(mark: Mark, counted: Load): void;
}

/** While Kafka is down nothing changes within a second. */
const SOONEST_SECONDS: Record<Full, number> = { openOrders: 1, outboxRows: 10, inFlight: 1 };
const LATEST_SECONDS = 60;
/** Refused clients are spread over this time; it grows with each count while more are refused than admitted. */
const SPREAD = { leastSeconds: 1, mostSeconds: LATEST_SECONDS, growth: 1.5, decay: 0.9 };

export interface AdmissionOptions {
  /** A random number from 0 up to 1. */
  random?: () => number;
  /** A clock, in milliseconds. */
  now?: () => number;
}

export function createAdmission(
  limits: Limits,
  { random = Math.random, now = () => performance.now() }: AdmissionOptions = {},
): Admission {
  const concurrency = createConcurrencyLimit({ targetMs: limits.placingMs, now });
  let counted: Load = { openOrders: 0, outboxRows: 0 };
  let hasCounted = false;
  /** Orders that the last count may have missed: those that were not placed at its mark. */
  let uncounted = 0;
  let [admitted, refused] = [0, 0];
  let spreadSeconds = SPREAD.leastSeconds;
  const load = () => ({
    openOrders: counted.openOrders + uncounted,
    outboxRows: counted.outboxRows + uncounted,
  });

  function full(): Full | undefined {
    if (counted.openOrders + uncounted >= limits.openOrders) return 'openOrders';
    if (counted.outboxRows + uncounted >= limits.outboxRows) return 'outboxRows';
    return concurrency.isReached() ? 'inFlight' : undefined;
  }

  return {
    limits,
    load,
    isIdle: () => hasCounted && counted.openOrders + counted.outboxRows + uncounted === 0,
    full,
    tryAcquire() {
      if (full()) return undefined;
      admitted++;
      uncounted++;
      const begunAt = concurrency.begin();
      return {
        keep: () => concurrency.end(begunAt),
        release() {
          concurrency.end(begunAt);
          uncounted--;
        },
      };
    },
    refuse() {
      refused++;
      const seconds = SOONEST_SECONDS[full() ?? 'openOrders'] + Math.floor(random() * spreadSeconds);
      return Math.min(LATEST_SECONDS, seconds);
    },
    mark() {
      spreadSeconds *= refused > admitted ? SPREAD.growth : SPREAD.decay;
      spreadSeconds = Math.min(SPREAD.mostSeconds, Math.max(SPREAD.leastSeconds, spreadSeconds));
      if (refused === 0) concurrency.reset();
      [admitted, refused] = [0, 0];
      return { placed: uncounted - concurrency.inFlight() };
    },
    correct({ placed }, found) {
      counted = found;
      hasCounted = true;
      uncounted -= placed;
    },
  };
}
