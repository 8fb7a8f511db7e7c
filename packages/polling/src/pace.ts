import { createWakeSignal } from './wake-signal.ts';

/**
 * The shortest average time between two turns of a loop. A turn costs about the same for one row as for twenty, and on a
 * busy machine each loop would turn for very few rows. Rows that arrive meanwhile share the next turn, so all are
 * processed sooner.
 *
 * After a pause a loop may turn `withoutRest` times at once: the few turns for a single event are not delayed.
 * (docs/decisions/026-loops-keep-a-pace.md)
 */
export const PACE = { turnMs: 25, withoutRest: 3 };

/** Limits how often a loop turns. */
export interface Pace {
  /** Runs a turn, and rests afterwards until the next one may begin. The first turn after a pause begins at once. */
  turn<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Ends the current rest and all later ones, so a loop can stop at once. */
  end(): void;
}

/**
 * The generic cell rate algorithm: its only state is the time at which the turns so far would have ended at the pace.
 * (ITU-T I.371, annex A)
 *
 * @param turnMs the shortest average time between the beginnings of two turns, in milliseconds
 * @param withoutRest how many turns may follow one another without a rest after a pause
 */
export function createPace({ turnMs, withoutRest } = PACE): Pace {
  const wakeSignal = createWakeSignal();
  const aheadMs = (withoutRest - 1) * turnMs;
  let lastsUntil = 0;
  let isOver = false;

  return {
    async turn(work) {
      lastsUntil = Math.max(performance.now(), lastsUntil) + turnMs;
      const result = await work();
      const restMs = lastsUntil - aheadMs - performance.now();
      if (restMs > 0 && !isOver) await wakeSignal.wait(restMs);
      return result;
    },
    end() {
      isOver = true;
      wakeSignal.notify();
    },
  };
}
