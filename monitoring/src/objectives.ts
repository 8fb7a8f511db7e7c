import { limits as waits } from '@repo/stack/limits';
import { type Objective, rateOf, rateOfSlower } from './objective.ts';
import { own } from './own.ts';

// What every system of services promises. The promises of this one are in domain/objectives.ts.

/** The objectives that hold at every moment: the largest value that is good. */
export const limits = { ...waits, differences: 0 } as const;

// Requests to the API have a version; health checks and unknown paths have none.
const requests = 'http_server_request_duration_seconds';
const api = `${own}_api_version!=""`;
const posts = `http_request_method="POST",${api}`;

/** The requests to the API, and those of them that were refused for overload. */
export const apiRequests = `${requests}_count{${api}}`;
export const apiRefusals = `${own}_http_refused_total{http_route=~"/v[0-9]+/.*"}`;

export const answered: Objective = {
  title: 'Requests are answered without an error',
  name: 'answered',
  target: 0.999,
  total: (window, by) => `(${rateOf(apiRequests, window, by)} - ${refused(window, by)})`,
  bad: (window, by) => {
    const errors = orZero(`${requests}_count{${api},http_response_status_code=~"5.."}`, window, by);
    return `clamp_min(${errors} - ${refused(window, by)}, 0)`;
  },
  metric: 'requests_failed',
  alert: 'requests-fail',
  summary: 'Requests are answered with errors',
  whatIsBad:
    'the requests to {{ $labels.job }} were answered with an error (5xx), refusals for overload left out',
};

export const fast: Objective = {
  title: 'A POST is answered within 300 ms',
  name: 'fast',
  target: 0.99,
  total: (window, by) => rateOf(`${requests}_count{${posts}}`, window, by),
  bad: (window, by) => rateOfSlower(requests, posts, limits.postSeconds, window, by),
  metric: 'posts_slow',
  alert: 'posts-slow',
  summary: 'Requests are answered late',
  whatIsBad: 'the POSTs to {{ $labels.job }} took longer than 300 ms',
};

/** The rate of requests of a kind that may not have occurred yet. */
function orZero(selector: string, window: string, by?: string): string {
  return `(${rateOf(selector, window, by)} or 0 * ${rateOf(apiRequests, window, by)})`;
}

function refused(window: string, by?: string): string {
  return orZero(apiRefusals, window, by);
}
