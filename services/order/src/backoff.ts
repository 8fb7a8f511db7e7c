/** While Kafka is down nothing changes within a second. */
const SOONEST_SECONDS = { openOrders: 1, outboxRows: 10, inFlight: 1 };
const LATEST_SECONDS = 60;
const SPREAD = { leastSeconds: 1, mostSeconds: LATEST_SECONDS, growth: 1.5, decay: 0.9 };

/** The waits of refused clients. */
export interface Backoff {
  /** A random wait in seconds, by the limit that is reached. */
  seconds(full: keyof typeof SOONEST_SECONDS): number;
  /** Spreads the next waits further if a period had more refused than admitted orders, and else less far. */
  adapt(period: { admitted: number; refused: number }): void;
}

/**
 * Spreads refused clients, so that they do not return at the same time: over a second at first, and over up to a minute
 * while more are refused than admitted.
 *
 * @param random a random number from 0 up to 1
 */
export function createBackoff(random: () => number): Backoff {
  let spreadSeconds = SPREAD.leastSeconds;
  return {
    seconds: (full) => Math.min(LATEST_SECONDS, SOONEST_SECONDS[full] + Math.floor(random() * spreadSeconds)),
    adapt({ admitted, refused }) {
      const next = spreadSeconds * (refused > admitted ? SPREAD.growth : SPREAD.decay);
      spreadSeconds = Math.min(SPREAD.mostSeconds, Math.max(SPREAD.leastSeconds, next));
    },
  };
}
