/**
 * An objective of the form "this share of the events is good, over 30 days" (Site Reliability Engineering, chapter 4). Its
 * queries are rates for each second; `window` is a duration of PromQL such as `5m` or `30d`, and `by` names the labels of
 * the result, such as `job`; none by default.
 */
export interface Objective {
  /** The promise, as dashboards name it. */
  title: string;
  /** The promise in two words, for a legend. */
  name: string;
  /** The share that must be good: 0.999. */
  target: number;
  total(window: string, by?: string): string;
  /** Is 0 when nothing bad has happened, and never absent when there was an event. */
  bad(window: string, by?: string): string;
  /** The series that the rules record of it: `job:requests_failed:ratio5m` for `requests_failed`. */
  metric: string;
  /** The alert about it, whose page is docs/runbooks/<alert>.md. */
  alert: string;
  /** The first line of the alert. */
  summary: string;
  /** What is bad, in the sentence of the alert after "3 % of". */
  whatIsBad: string;
}

/** The share of the events that may be bad: 0.001 of 0.999, and no 0.0010000000000000009. */
export function allowedShare({ target }: { target: number }): number {
  return Number((1 - target).toFixed(6));
}

/** The rate of all events that a selector counts. */
export function rateOf(selector: string, window: string, by = ''): string {
  return `sum${by && ` by (${by})`} (rate(${selector}[${window}]))`;
}

/** The rate of the observations that took longer than the upper bound of a bucket. */
export function rateOfSlower(
  histogram: string,
  labels: string,
  seconds: number,
  window: string,
  by?: string,
): string {
  const count = rateOf(`${histogram}_count{${labels}}`, window, by);
  return `(${count} - ${rateOf(`${histogram}_bucket{${labels},le="${seconds}"}`, window, by)})`;
}
