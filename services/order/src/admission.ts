import { createBackoff } from './backoff.ts';
import { createConcurrencyLimit } from './concurrency.ts';

/** The counted backlog, or its limits. */
export interface Load {
  /** Orders that are placed or reserved. Without those whose `order.placed` waits for Kafka: no service works on them. */
  openOrders: number;
  /** Events that wait to be published. */
  outboxRows: number;
}

export interface Limits extends Load {
  /** The target time to place an order, in milliseconds: while it takes longer, fewer may be in flight. */
  placingMs: number;
}

/** The limit that is reached, so that orders are refused. */
export type Full = keyof Load | 'inFlight';

/** The permit of one admitted order. It is kept if the order is placed, and else released. */
export interface Permit {
  keep(): void;
  release(): void;
}

/** How many orders had been placed, and not been counted, when a count began. */
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
  /** Acquires the permit of one order; returns undefined when a limit is reached. */
  tryAcquire(): Permit | undefined;
  /** Counts a refused order; returns after how many seconds it may be sent again (`backoff.ts`). */
  refuse(): number;
  /** Marks that a count begins, and adapts the waits and the limit in flight to the refusals since the last mark. */
  mark(): Mark;
  /** Replaces what was counted before. An order that was not yet placed at the mark may be missing in the count. */
  correct(mark: Mark, counted: Load): void;
}

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
  const backoff = createBackoff(random);
  let counted: Load = { openOrders: 0, outboxRows: 0 };
  let hasCounted = false;
  /** Orders that the last count may have missed: those that were not placed at its mark. */
  let uncounted = 0;
  /** Since the last mark. */
  let period = { admitted: 0, refused: 0 };
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
      period.admitted++;
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
      period.refused++;
      return backoff.seconds(full() ?? 'openOrders');
    },
    mark() {
      backoff.adapt(period);
      if (period.refused === 0) concurrency.reset();
      period = { admitted: 0, refused: 0 };
      return { placed: uncounted - concurrency.inFlight() };
    },
    correct({ placed }, found) {
      counted = found;
      hasCounted = true;
      uncounted -= placed;
    },
  };
}
