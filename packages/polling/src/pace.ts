import { createWakeSignal } from './wake-signal.ts';

/**
 * How often a loop of this system takes a turn at most, in the long run: each so many milliseconds. A turn costs about
 * the same for one row as for twenty, and on a machine that is full each loop would take one for whatever little is
 * there. What comes meanwhile shares the next turn, so that everybody is done sooner.
 *
 * A loop that has taken fewer may take so many turns without a rest: the few that one order needs wait for nobody.
 * (docs/decisions/026-loops-keep-a-pace.md)
 */
export const PACE = { turnMs: 25, withoutRest: 3 };

/** Keeps a loop from taking its turns too soon after one another. */
export interface Pace {
  /** Takes a turn, and rests afterwards until the next one may begin. The first turn after a pause begins at once. */
  turn<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Ends the rest that is under way, and all that come: whoever stops is not held up. */
  end(): void;
}

/**
 * The generic cell rate algorithm: it notes only until when the turns so far would have lasted at the pace.
 * (ITU-T I.371, annex A)
 *
 * @param turnMs the least time between the beginnings of two turns in the long run, in milliseconds
 * @param withoutRest how many turns may follow one another at once after a pause
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
