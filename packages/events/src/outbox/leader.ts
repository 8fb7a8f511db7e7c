/** A leader that falls silent for this long loses the lead. */
export const LEADER_TIMEOUT_MS = 3_000;

/**
 * What comes to Kafka later than this after it was listed is refused, where the topic keeps of each thing what was
 * published last. By then the leader that listed it may be another's predecessor, and the newer word may be out. Less
 * than the timeout by what the clocks of Postgres and Kafka may differ.
 */
export const LATE_AFTER_MS = LEADER_TIMEOUT_MS - 500;
