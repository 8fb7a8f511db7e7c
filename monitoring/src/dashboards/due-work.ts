import { limits } from '../objectives.ts';
import { own } from '../own.ts';
import { logs, runbook, traces } from './links.ts';
import { above, anyValue, graph, now, type Panel, rate, stack } from './panel.ts';

// Panels on the rows of jobs. Each takes the labels that select the jobs: `job=~"$service"`.

const job = `${own}_job`;

export const dueNow = (labels: string): Panel =>
  graph('Due now', {
    unit: 'short',
    limit: anyValue,
    advice:
      'Rows that wait for their call to the outside. It grows: calls fail or take long, see the attempts and their time.',
    queries: { [`{{job}} {{${job}}}`]: `max by (job, ${job}) (${now(`${own}_job_due{${labels}}`)})` },
    links: [runbook('jobs-overdue'), logs()],
  });

export const dueFor = (labels: string): Panel =>
  graph('Due for', {
    unit: 's',
    limit: above(limits.dueSeconds, 10),
    advice:
      'The oldest that waits. Its row in the database has the number of its attempts and the last error.',
    queries: {
      [`{{job}} {{${job}}}`]: `max by (job, ${job}) (${now(`${own}_job_due_age_seconds{${labels}}`)})`,
    },
    links: [runbook('jobs-overdue'), logs()],
  });

export const attempts = (labels: string, page: string): Panel =>
  stack('Attempts', {
    unit: 'ops',
    limit: anyValue,
    advice:
      'unknown: an answer was lost, and the next attempt asks with the same key. refused: the final answer of the other side.',
    queries: {
      [`{{job}} {{${job}}} {{outcome}}`]: rate(`${own}_job_attempts_total`, labels, `job, ${job}, outcome`),
    },
    links: [runbook(page), traces(), logs()],
  });
