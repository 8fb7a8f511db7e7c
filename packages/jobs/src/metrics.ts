import { counter, gauge, histogram, ownName, refreshed } from '@repo/observability';
import type { JobBacklog } from './job.ts';

const JOB = ownName('job');

const attempts = counter({
  name: ownName('job.attempts'),
  unit: '{attempt}',
  description: 'How many attempts at due rows succeeded, were refused, or have an unknown outcome?',
  attributes: [JOB, 'outcome'],
});
const duration = histogram({
  name: ownName('job.duration'),
  unit: 's',
  description: 'How long do the calls to the outside world take?',
  attributes: [JOB],
});
const due = gauge({
  name: ownName('job.due'),
  unit: '{row}',
  description: 'How many rows are to be performed: due, claimed, or waiting for another attempt?',
  attributes: [JOB],
});
const dueAge = gauge({
  name: ownName('job.due.age'),
  unit: 's',
  description: 'How long ago did the oldest row that is to be performed become due?',
  attributes: [JOB],
});

export function countAttempt(job: string, outcome: 'done' | 'refused' | 'unknown'): void {
  attempts.add(1, { [JOB]: job, outcome });
}

/** Records how long each call takes, whatever its outcome. */
export function timed<Row, Answer>(job: string, perform: (row: Row) => Promise<Answer>) {
  return (row: Row): Promise<Answer> => {
    const began = performance.now();
    return perform(row).finally(() => duration.recordSince(began, { [JOB]: job }));
  };
}

/** Observes the rows that are due; returns a function that ends it. */
export function observeBacklog(job: string, read: () => Promise<JobBacklog>): () => void {
  const backlog = refreshed(read);
  const endings = [
    due.observe(() => asReading(backlog()?.rows, job)),
    dueAge.observe(() => asReading(backlog()?.oldestSeconds, job)),
  ];
  return () => {
    for (const end of endings) end();
  };
}

function asReading(value: number | undefined, job: string): [number, Record<string, string>][] {
  return value === undefined ? [] : [[value, { [JOB]: job }]];
}
