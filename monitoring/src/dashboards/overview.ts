import { limits, type Objective, objectives, withinSeconds } from '../objectives.ts';
import { own } from '../own.ts';
import { logs, runbook, traces } from './links.ts';
import {
  above,
  anyValue,
  below,
  type Dashboard,
  figure,
  graph,
  now,
  quantile,
  rate,
  stack,
} from './panel.ts';

const requests = 'http_server_request_duration_seconds';
const api = `job=~"$service",${own}_api_version!=""`;

const { answered, fast, inTime } = objectives;

// The rules record these rates every half minute (alerts/burn-rates.ts): thirty days of every request are too much to read.
const badShare = (metric: string) =>
  `sum(sum_over_time(job:${metric}:rate5m[30d])) / sum(sum_over_time(job:${metric}_of:rate5m[30d]))`;
const kept = (metric: string) => `1 - ${badShare(metric)}`;
const budget = (metric: string, { target }: Objective) =>
  `1 - ${badShare(metric)} / ${(1 - target).toFixed(3)}`;

export const overview: Dashboard = {
  name: 'overview',
  title: 'Overview',
  question: 'Do customers get what is promised?',
  panels: [
    figure(answered.title, {
      unit: 'percentunit',
      limit: below(answered.target),
      advice: `Of 30 days; ${answered.target} is the objective. Find the service in "Errors", then open its traces with errors.`,
      queries: { answered: kept('requests_failed') },
      links: [runbook('requests-fail'), traces('order', { tags: 'error=true' })],
    }),
    figure(fast.title, {
      unit: 'percentunit',
      limit: below(fast.target),
      advice: `Of 30 days; ${fast.target} is the objective. "Time of a POST" shows since when. Then look at the pool in Postgres, and at the event loop in Services.`,
      queries: { fast: kept('posts_slow') },
      links: [runbook('posts-slow'), traces('order', { minDuration: '300ms' })],
    }),
    figure(inTime.title, {
      unit: 'percentunit',
      limit: below(inTime.target),
      advice: `Of 30 days; ${inTime.target} is the objective. The dashboard "One order" shows the stage that takes long.`,
      queries: { 'in time': kept('orders_late') },
      links: [runbook('orders-late'), traces('order', { minDuration: '5s' })],
    }),
    figure('Error budget left', {
      unit: 'percentunit',
      limit: below(0, 0.5),
      advice:
        'Of 30 days. Below 50 %, prefer repairs to features; below 0, the objective is missed: release repairs only.',
      queries: {
        answered: budget('requests_failed', answered),
        fast: budget('posts_slow', fast),
        'in time': budget('orders_late', inTime),
      },
      links: [runbook('requests-fail'), runbook('posts-slow'), runbook('orders-late')],
    }),
    figure('Oldest event that waits in an outbox', {
      unit: 's',
      limit: above(limits.outboxAgeSeconds, limits.outboxAgeSeconds / 2),
      advice: 'Is Kafka up, and does exactly one process lead? The dashboard "Events" shows both.',
      queries: { oldest: `max(${now(`${own}_outbox_age_seconds`)})` },
      links: [runbook('outbox-delayed')],
    }),
    figure('Differences in the books', {
      unit: 'none',
      limit: above(limits.differences),
      advice:
        'Run npm run reconcile: it names each difference. Its page explains which ones --apply repairs.',
      queries: { '{{job}}': 'last_over_time(job:reconciliation_differences:max[3d])' },
      links: [runbook('reconciliation-differences')],
    }),
    stack('Orders by outcome', {
      unit: 'ops',
      limit: anyValue,
      advice:
        'Fewer confirmed orders at the same number of requests: look at the reason that grows, in the dashboard "One order".',
      queries: {
        '{{outcome}} {{reason}}': rate(
          `${own}_order_duration_seconds_count`,
          'job="order"',
          'outcome, reason',
        ),
      },
      links: [traces('order')],
    }),
    stack('Requests', {
      unit: 'reqps',
      limit: anyValue,
      advice: 'None at all: look at the gateway first, then at npm run stack -- status.',
      queries: { '{{job}}': rate(`${requests}_count`, api, 'job') },
      links: [traces(), logs()],
    }),
    graph('Errors', {
      unit: 'percentunit',
      limit: above(1 - answered.target),
      advice:
        'The share of requests answered with 5xx. Open the traces with errors of the service that grows; refusals for overload count here, and Services shows them by reason.',
      queries: {
        '{{job}}': `(${rate(`${requests}_count`, `${api},http_response_status_code=~"5.."`, 'job')} or 0 * ${rate(`${requests}_count`, api, 'job')}) / ${rate(`${requests}_count`, api, 'job')}`,
      },
      links: [traces(undefined, { tags: 'error=true' }), logs()],
    }),
    graph('Time of a POST', {
      unit: 's',
      limit: above(withinSeconds.post),
      advice:
        'p99 alone grows: a queue, for the pool or the event loop. Both grow: the database. Open the slow traces.',
      queries: {
        'p99 {{job}}': quantile(0.99, requests, `${api},http_request_method="POST"`, 'job'),
        'p50 {{job}}': quantile(0.5, requests, `${api},http_request_method="POST"`, 'job'),
      },
      links: [traces(undefined, { minDuration: '300ms' }), logs()],
    }),
  ],
};
