import { type Objective, objectives, withinSeconds } from '../objectives.ts';
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

const duration = `${own}_order_duration_seconds`;
const stage = `${own}_order_stage_duration_seconds`;
const window = '$__rate_interval';
const inTime: Objective = objectives.inTime;

export const order: Dashboard = {
  name: 'order',
  title: 'One order',
  question: 'Where does an order spend its time, and how does it end?',
  panels: [
    figure('Open orders', {
      unit: 'short',
      limit: anyValue,
      advice:
        'It grows while orders are placed at the usual rate: a stage is stuck. The longest stage below names it.',
      queries: { open: `max(${now(`${own}_orders_open`)})` },
      links: [runbook('orders-do-not-end')],
    }),
    figure('Orders that end within 5 s', {
      unit: 'percentunit',
      limit: below(inTime.target),
      advice: 'Over the last minutes. Below the objective: which stage takes longer than an hour ago?',
      queries: { 'in time': `1 - ${inTime.bad(window)} / ${inTime.total(window)}` },
      links: [runbook('orders-late'), traces('order', { minDuration: '5s' })],
    }),
    graph('From placed to ended', {
      unit: 's',
      limit: above(withinSeconds.order),
      advice:
        'Confirmed orders alone are slow: payment. All are slow: events, see the lag in the dashboard "Events".',
      queries: {
        'p99 {{outcome}}': quantile(0.99, duration, 'reason!="customer"', 'outcome'),
        'p50 {{outcome}}': quantile(0.5, duration, 'reason!="customer"', 'outcome'),
      },
      links: [traces('order', { minDuration: '5s' }), logs('order')],
    }),
    stack('Where the time goes', {
      unit: 's',
      limit: anyValue,
      advice:
        'The mean of the two stages that an order waits for: stock, and payment with its capture inside. The area that grows is the stage to look at.',
      queries: {
        '{{stage}}': `${rate(`${stage}_sum`, 'stage=~"stock|payment"', 'stage')} / ${rate(`${stage}_count`, 'stage=~"stock|payment"', 'stage')}`,
      },
      links: [traces('order')],
    }),
    graph('Slowest stage', {
      unit: 's',
      limit: above(withinSeconds.order),
      advice:
        'p99 of each stage. capture: the provider. stock: inventory or its lag. message: the mail server, which delays no order.',
      queries: { '{{stage}}': quantile(0.99, stage, '', 'stage') },
      links: [traces('payment', { minDuration: '1s' }), logs('payment')],
    }),
    stack('Orders placed', {
      unit: 'ops',
      limit: anyValue,
      advice: 'Fewer than usual: are requests refused (Services), or is there less traffic (Overview)?',
      queries: { placed: `sum(rate(${own}_orders_placed_total[${window}]))` },
      links: [traces('order')],
    }),
    stack('Why orders end', {
      unit: 'ops',
      limit: anyValue,
      advice:
        'deadline: events are late, or payment is down. payment-declined: ask the provider when it grows for all customers. out-of-stock: restock.',
      queries: { '{{reason}}': rate(`${duration}_count`, '', 'reason') },
      links: [runbook('reservation-overdue'), logs('order')],
    }),
    stack('Keys of requests', {
      unit: 'reqps',
      limit: anyValue,
      advice:
        'Many are replayed: clients lose answers, look at the time of a POST. reused: a client sends one key with two bodies, which is its mistake.',
      queries: { '{{outcome}}': rate(`${own}_idempotency_requests_total`, 'job="order"', 'outcome') },
      links: [traces('order'), logs('order')],
    }),
    graph('Time of a job', {
      unit: 's',
      limit: above(5, 2),
      advice:
        'p99 of one attempt, of captures, refunds, e-mails and deadlines. Long: what it calls is slow, the provider or the mail server.',
      queries: { [`{{${own}_job}}`]: quantile(0.99, `${own}_job_duration_seconds`, '', `job, ${own}_job`) },
      links: [runbook('jobs-overdue'), traces(), logs()],
    }),
  ],
};
