import { createBell } from './bell.ts';

/**
 * How often a loop of this system takes a turn at most: each so many milliseconds. A turn costs the same for one row as
 * for twenty, and on a machine that is full each loop would take one for whatever little is there. What comes meanwhile
 * shares the next turn, so that everybody is done sooner (docs/decisions/026-loops-keep-a-pace.md).
 */
const PACE_MS = 20;

/** Keeps a loop from beginning its turns too soon after one another. */
export interface Pace {
  /**
   * Takes a turn, and rests until so long after its beginning that the next one may begin. The first turn after a pause
   * begins at once, so whatever comes alone waits for nobody.
   */
  turn<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Ends the rest that is under way, and all that come: whoever stops is not held up. */
  end(): void;
}

/** @param paceMs the least time between the beginnings of two turns, in milliseconds */
export function createPace(paceMs = PACE_MS): Pace {
  const bell = createBell();
  let isOver = false;

  return {
    async turn(work) {
      const beganAt = performance.now();
      const result = await work();
      const restMs = beganAt + paceMs - performance.now();
      if (restMs > 0 && !isOver) await bell.wait(restMs);
      return result;
    },
    end() {
      isOver = true;
      bell.ring();
    },
  };
}
