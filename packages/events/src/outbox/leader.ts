/** A leader whose session is idle for this long loses the lead. */
export const LEADER_TIMEOUT_MS = 3_000;

/**
 * The fence: a compacted topic refuses a row that reaches Kafka later than this after it was listed. By then another
 * leader may have published newer rows of the key. It is shorter than the timeout by the greatest difference between the
 * clocks of Postgres and Kafka.
 */
export const LATE_AFTER_MS = LEADER_TIMEOUT_MS - 500;
