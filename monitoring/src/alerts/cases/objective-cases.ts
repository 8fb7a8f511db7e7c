import { own } from '../../own.ts';
import { type Case, counter } from './case.ts';

const A_TICK = 30;
const MINUTES = 620;

/** Which share is bad from minute 60 on, and for how long, so that one rule of a budget fires. */
interface Burn {
  window: string;
  share: number;
  untilMinute: number;
  overAt: number;
}

const burns = (allowed: number): Burn[] => [
  { window: '1h', share: Math.min(1, allowed * 200), untilMinute: 75, overAt: 90 },
  { window: '6h', share: allowed * 50, untilMinute: 120, overAt: 160 },
  { window: '3d', share: allowed * 2, untilMinute: 240, overAt: 610 },
];

/** The series of requests or orders of which so many were good and bad at each tick. */
type Events = (good: (minute: number) => number, bad: (minute: number) => number) => Record<string, string>;

const requests = `http_server_request_duration_seconds`;
const answered: Events = (good, bad) => ({
  [request('201')]: counter(MINUTES, good),
  [request('500')]: counter(MINUTES, bad),
});
const posts = `{job="order",${own}_api_version="v1",http_request_method="POST"`;
const fast: Events = (good, bad) => ({
  [`${requests}_count${posts}}`]: counter(MINUTES, (minute) => good(minute) + bad(minute)),
  [`${requests}_bucket${posts},le="0.3"}`]: counter(MINUTES, good),
});
const orders = `{job="order",outcome="confirmed",reason="none"`;
const inTime: Events = (good, bad) => ({
  [`${own}_order_duration_seconds_count${orders}}`]: counter(MINUTES, (minute) => good(minute) + bad(minute)),
  [`${own}_order_duration_seconds_bucket${orders},le="5"}`]: counter(MINUTES, good),
});

export const objectiveCases: Case[] = [
  ...casesOf('requests-fail', 0.001, answered),
  ...casesOf('posts-slow', 0.01, fast),
  ...casesOf('orders-late', 0.01, inTime),
  refusalsAreNoErrors(),
  ...eventsLate(),
  {
    alert: 'reconciliation-differences',
    what: 'a run finds two differences, and a run of another process finds none',
    series: {
      [`${own}_reconciliation_differences{job="payment",instance="a"}`]: '_x20 2x2',
      [`${own}_reconciliation_differences{job="payment",instance="b"}`]: '_x200 0x2',
    },
    quietAt: [9, 103],
    fires: { at: 90, service: 'payment' },
  },
];

function casesOf(alert: string, allowed: number, series: Events): Case[] {
  const isFew = (minute: number) => minute === 60 || minute === 65;
  return [
    ...burns(allowed).map(({ window, share, untilMinute, overAt }) => {
      const bad = (minute: number) => (minute > 60 && minute <= untilMinute ? A_TICK * share : 0);
      return {
        alert,
        labels: { window },
        what: `${share * 100} % are bad from minute 60 to ${untilMinute}`,
        series: series((minute) => A_TICK - bad(minute), bad),
        quietAt: [60, overAt],
        fires: { at: untilMinute, service: 'order' },
      };
    }),
    {
      alert,
      what: 'one of two in an hour is bad',
      series: series(
        (minute) => Number(minute === 62),
        (minute) => Number(isFew(minute)),
      ),
      quietAt: [61, 63, 66, 70, 120],
    },
  ];
}

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
      [`${own}_http_refused_total{job="order",http_route="/v1/orders",reason="admission"}`]: counter(
        MINUTES,
        () => 6,
      ),
    },
    quietAt: [30, 75, 300],
  };
}

function eventsLate(): Case[] {
  const overAt: Record<string, number> = { '1h': 77, '6h': 102, '3d': 440 };
  return Object.entries(overAt).map(([window, minute]) => ({
    alert: 'events-late',
    labels: { window },
    what: 'the oldest event waits for up to ten minutes, and a dead process had reported 0',
    series: {
      [`${own}_outbox_age_seconds{job="order",instance="a"}`]: '0x120 0+30x20 0x800',
      [`${own}_outbox_age_seconds{job="order",instance="b"}`]: '0x20',
    },
    quietAt: [60, 61, minute],
    fires: { at: 70, service: 'order' },
  }));
}

function request(status: string): string {
  return `${requests}_count{job="order",${own}_api_version="v1",http_route="/v1/orders",http_response_status_code="${status}"}`;
}
