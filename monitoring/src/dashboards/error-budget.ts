import { allowedShare, type Objective } from '../objective.ts';

// The rules record these rates every half minute (alerts/burn-rates.ts): thirty days of every event are too much to read.
const badShare = ({ metric }: Objective) =>
  `sum(sum_over_time(job:${metric}:rate5m[30d])) / sum(sum_over_time(job:${metric}_of:rate5m[30d]))`;

/** The share of the events of 30 days that was good. */
export const goodShare = (objective: Objective): string => `1 - ${badShare(objective)}`;

/** The share of the bad events allowed in 30 days that have not happened; below 0 when there were more. */
export const budgetLeft = (objective: Objective): string =>
  `1 - ${badShare(objective)} / ${allowedShare(objective)}`;
