import { goodShare } from '../dashboards/error-budget.ts';
import { runbook, traces } from '../dashboards/links.ts';
import { anyValue, below, figure, type Panel, rate, stack } from '../dashboards/panel.ts';
import { own } from '../own.ts';
import { inTime } from './objectives.ts';

export const figures: Panel[] = [
  figure(inTime.title, {
    unit: 'percentunit',
    limit: below(inTime.target),
    advice: `Of 30 days; ${inTime.target} is the objective. The dashboard "One order" shows the stage that takes long.`,
    queries: { [inTime.name]: goodShare(inTime) },
    links: [runbook(inTime.alert), traces('order', { minDuration: '5s' })],
  }),
];

export const graphs: Panel[] = [
  stack('Orders by outcome', {
    unit: 'ops',
    limit: anyValue,
    advice:
      'Fewer confirmed orders at the same number of requests: look at the reason that grows, in the dashboard "One order".',
    queries: {
      '{{outcome}} {{reason}}': rate(`${own}_order_duration_seconds_count`, 'job="order"', 'outcome, reason'),
    },
    links: [traces('order')],
  }),
];
