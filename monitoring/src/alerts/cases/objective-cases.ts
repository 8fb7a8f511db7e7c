import { own } from '../../own.ts';
import { A_TICK, burnCases, type Events, MINUTES } from './burn-cases.ts';
import { type Case, counter } from './case.ts';

const requests = `http_server_request_duration_seconds`;
const answered: Events = (good, bad) => ({
  [request('201')]: counter(MINUTES, good),
  [request('500')]: counter(MINUTES, bad),
});
const posts = `{job="a-service",${own}_api_version="v1",http_request_method="POST"`;
const fast: Events = (good, bad) => ({
  [`${requests}_count${posts}}`]: counter(MINUTES, (minute) => good(minute) + bad(minute)),
  [`${requests}_bucket${posts},le="0.3"}`]: counter(MINUTES, good),
});

export const objectiveCases: Case[] = [
  ...burnCases('requests-fail', 0.001, answered, 'a-service'),
  ...burnCases('posts-slow', 0.01, fast, 'a-service'),
  refusalsAreNoErrors(),
  refusalsElsewhereHideNothing(),
  ...eventsLate(),
  {
    alert: 'reconciliation-differences',
    what: 'a run finds two differences, and a run of another process finds none',
    series: {
      [`${own}_reconciliation_differences{job="a-service",instance="a"}`]: '_x20 2x2',
      [`${own}_reconciliation_differences{job="a-service",instance="b"}`]: '_x200 0x2',
    },
    quietAt: [9, 103],
    fires: { at: 90, service: 'a-service' },
  },
];

function refusalsAreNoErrors(): Case {
  return {
    alert: 'requests-fail',
    what: 'a fifth of the requests is refused for overload',
    series: {
      ...answered(
        () => A_TICK,
        () => 0,
      ),
      [request('503')]: counter(MINUTES, () => 6),
      [refused('/v1/things')]: counter(MINUTES, () => 6),
    },
    quietAt: [30, 75, 300],
  };
}

/** A scanner under load is refused too, and its requests are none of the API. */
function refusalsElsewhereHideNothing(): Case {
  const bad = (minute: number) => (minute > 60 && minute <= 75 ? 6 : 0);
  return {
    alert: 'requests-fail',
    labels: { window: '1h' },
    what: 'a fifth of the requests fails, while as many to unknown paths are refused',
    series: {
      ...answered((minute) => A_TICK - bad(minute), bad),
      [refused('unknown')]: counter(MINUTES, () => 6),
    },
    quietAt: [60, 90],
    fires: { at: 75, service: 'a-service' },
  };
}

function eventsLate(): Case[] {
  const overAt: Record<string, number> = { '1h': 77, '6h': 102, '3d': 440 };
  return Object.entries(overAt).map(([window, minute]) => ({
    alert: 'events-late',
    labels: { window },
    what: 'the oldest event waits for up to ten minutes, and a dead process had reported 0',
    series: {
      [`${own}_outbox_age_seconds{job="a-service",instance="a"}`]: '0x120 0+30x20 0x800',
      [`${own}_outbox_age_seconds{job="a-service",instance="b"}`]: '0x20',
    },
    quietAt: [60, 61, minute],
    fires: { at: 70, service: 'a-service' },
  }));
}

function refused(route: string): string {
  return `${own}_http_refused_total{job="a-service",http_route="${route}",reason="pressure"}`;
}

function request(status: string): string {
  return `${requests}_count{job="a-service",${own}_api_version="v1",http_route="/v1/things",http_response_status_code="${status}"}`;
}
