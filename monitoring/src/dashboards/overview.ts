import { objectives } from '../all-objectives.ts';
import { domain } from '../domain/domain.ts';
import { allowedShare } from '../objective.ts';
import { answered, fast, limits } from '../objectives.ts';
import { own } from '../own.ts';
import { differences } from './books.ts';
import { budgetLeft, goodShare } from './error-budget.ts';
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

export const overview: Dashboard = {
  name: 'overview',
  title: 'Overview',
  question: 'Do users get what is promised?',
  panels: [
    figure(answered.title, {
      unit: 'percentunit',
      limit: below(answered.target),
      advice: `Of 30 days; ${answered.target} is the objective. Find the service in "Errors", then open its traces with errors.`,
      queries: { [answered.name]: goodShare(answered) },
      links: [runbook(answered.alert)],
    }),
    figure(fast.title, {
      unit: 'percentunit',
      limit: below(fast.target),
      advice: `Of 30 days; ${fast.target} is the objective. "Time of a POST" shows since when. Then look at the pool in Postgres, and at the event loop in Services.`,
      queries: { [fast.name]: goodShare(fast) },
      links: [runbook(fast.alert)],
    }),
    ...domain.overview.figures,
    figure('Error budget left', {
      unit: 'percentunit',
      limit: below(0, 0.5),
      advice:
        'Of 30 days. Below 50 %, prefer repairs to features; below 0, the objective is missed: release repairs only.',
      queries: Object.fromEntries(objectives.map((one) => [one.name, budgetLeft(one)])),
      links: objectives.map(({ alert }) => runbook(alert)),
    }),
    figure('Oldest event that waits in an outbox', {
      unit: 's',
      limit: above(limits.outboxAgeSeconds, limits.outboxAgeSeconds / 2),
      advice: 'Is Kafka up, and does exactly one process lead? The dashboard "Events" shows both.',
      queries: { oldest: `max(${now(`${own}_outbox_age_seconds`)})` },
      links: [runbook('outbox-delayed')],
    }),
    differences,
    ...domain.overview.graphs,
    stack('Requests', {
      unit: 'reqps',
      limit: anyValue,
      advice: 'None at all: look at the gateway first, then at npm run stack -- status.',
      queries: { '{{job}}': rate(`${requests}_count`, api, 'job') },
      links: [traces(), logs()],
    }),
    graph('Errors', {
      unit: 'percentunit',
      limit: above(allowedShare(answered)),
      advice:
        'The share of requests answered with 5xx. Open the traces with errors of the service that grows; refusals for overload count here, and Services shows them by reason.',
      queries: {
        '{{job}}': `(${rate(`${requests}_count`, `${api},http_response_status_code=~"5.."`, 'job')} or 0 * ${rate(`${requests}_count`, api, 'job')}) / ${rate(`${requests}_count`, api, 'job')}`,
      },
      links: [traces(undefined, { tags: 'error=true' }), logs()],
    }),
    graph('Time of a POST', {
      unit: 's',
      limit: above(limits.postSeconds),
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
