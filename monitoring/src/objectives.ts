import { own } from './own.ts';

/**
 * An objective of the form "this share of the events is good, over 30 days" (Site Reliability Engineering, chapter 4). Its
 * queries are rates for each second; `window` is a duration of PromQL such as `5m` or `30d`, and `by` names the labels of
 * the result, such as `job`; none by default.
 */
export interface Objective {
  /** The promise, as dashboards and alerts name it. */
  title: string;
  /** The share that must be good: 0.999. */
  target: number;
  total(window: string, by?: string): string;
  /** Is 0 when nothing bad has happened, and never absent when there was an event. */
  bad(window: string, by?: string): string;
}

// Requests to the API have a version; health checks have none.
const requests = 'http_server_request_duration_seconds';
const api = `${own}_api_version!=""`;
const posts = `http_request_method="POST",${api}`;
/** Of all reasons, only the limit for each customer answers with 429, which is no 5xx. */
const overload = 'reason!="rate"';
const orders = `${own}_order_duration_seconds`;
const notByCustomer = 'reason!="customer"';

export const objectives = {
  answered: {
    title: 'Requests are answered without an error',
    target: 0.999,
    total: (window, by) => `(${rate(`${requests}_count{${api}}`, window, by)} - ${refused(window, by)})`,
    bad: (window, by) => {
      const errors = orZero(`${requests}_count{${api},http_response_status_code=~"5.."}`, window, by);
      return `clamp_min(${errors} - ${refused(window, by)}, 0)`;
    },
  },
  fast: {
    title: 'A POST is answered within 300 ms',
    target: 0.99,
    total: (window, by) => rate(`${requests}_count{${posts}}`, window, by),
    bad: (window, by) => slower(requests, posts, 0.3, window, by),
  },
  inTime: {
    title: 'An order ends within 5 s of being placed',
    target: 0.99,
    total: (window, by) => rate(`${orders}_count{${notByCustomer}}`, window, by),
    bad: (window, by) => slower(orders, notByCustomer, 5, window, by),
  },
} as const satisfies Record<string, Objective>;

/** The objectives that hold at every moment: the largest value that is good. */
export const limits = { outboxAgeSeconds: 60, differences: 0 } as const;

/** The limits inside the objectives, for panels that show a duration. */
export const withinSeconds = { post: 0.3, order: 5 } as const;

function rate(selector: string, window: string, by = ''): string {
  return `sum${by && ` by (${by})`} (rate(${selector}[${window}]))`;
}

/** The rate of requests of a kind that may not have occurred yet. */
function orZero(selector: string, window: string, by?: string): string {
  return `(${rate(selector, window, by)} or 0 * ${rate(`${requests}_count{${api}}`, window, by)})`;
}

function refused(window: string, by?: string): string {
  return orZero(`${own}_http_refused_total{${overload}}`, window, by);
}

/** The rate of the observations that took longer than the upper bound of a bucket. */
function slower(histogram: string, labels: string, seconds: number, window: string, by?: string): string {
  const count = rate(`${histogram}_count{${labels}}`, window, by);
  return `(${count} - ${rate(`${histogram}_bucket{${labels},le="${seconds}"}`, window, by)})`;
}
