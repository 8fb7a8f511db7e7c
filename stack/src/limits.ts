/**
 * How long something may take or wait before a person should look at it, in every system of services. The objectives, alerts
 * and dashboards of monitoring/ read these values, and `npm run top` marks what is beyond them.
 */
export const limits = {
  /** Of an event in the outbox of its publisher. */
  outboxAgeSeconds: 60,
  /** Of an event before its consumer. */
  lagSeconds: 30,
  /** Of the row of a job. */
  dueSeconds: 60,
  /** From a POST to its answer: 99 % are faster. */
  postSeconds: 0.3,
} as const;
