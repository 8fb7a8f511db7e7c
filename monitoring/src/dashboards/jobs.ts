import { own } from '../own.ts';
import { attempts, dueFor, dueNow } from './due-work.ts';
import { logs, runbook, traces } from './links.ts';
import { above, anyValue, type Dashboard, graph, quantile, rate, stack } from './panel.ts';

const service = 'job=~"$service"';
const job = `${own}_job`;
const loop = `${own}_loop`;
const ofTurn = (suffix: string) =>
  rate(`${own}_batch_size_${suffix}`, `${service},${loop}!~"relay|consumer"`, `job, ${loop}`);

export const jobs: Dashboard = {
  name: 'jobs',
  title: 'Jobs',
  question: 'Is what must happen once done, and soon?',
  panels: [
    dueNow(service),
    dueFor(service),
    attempts(service, 'job-keeps-failing'),
    graph('Time of an attempt', {
      unit: 's',
      limit: above(5, 2),
      advice: 'p99. Long: what the job calls is slow. The traces show which call.',
      queries: {
        [`{{job}} {{${job}}}`]: quantile(0.99, `${own}_job_duration_seconds`, service, `job, ${job}`),
      },
      links: [runbook('jobs-overdue'), traces(), logs()],
    }),
    graph('Rows of one turn', {
      unit: 'short',
      limit: anyValue,
      advice:
        'The mean number of rows that a worker takes up at once. Large turns at a low rate: something had stopped.',
      queries: { [`{{job}} {{${loop}}}`]: `${ofTurn('sum')} / ${ofTurn('count')}` },
      links: [traces(), logs()],
    }),
    stack('Keys of requests', {
      unit: 'reqps',
      limit: anyValue,
      advice:
        'Many are replayed: clients lose answers, look at the time of a POST. reused: a client sends one key with two bodies, which is its mistake.',
      queries: {
        '{{job}} {{outcome}}': rate(`${own}_idempotency_requests_total`, service, 'job, outcome'),
      },
      links: [traces(), logs()],
    }),
  ],
};
