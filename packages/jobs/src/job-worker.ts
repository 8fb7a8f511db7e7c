import { appendEvents } from '@repo/events';
import {
  createAlarm,
  inContextOfFirst,
  inSpan,
  isSampled,
  ownName,
  SpanKind,
  type TraceContext,
  traceFieldsOf,
  traceparentOf,
} from '@repo/observability';
import { createPoller, createProgressWatch, fullJitter, type Poller, recordBatch } from '@repo/polling';
import { groupCommit } from '@repo/postgres';
import { checkLease } from './check-lease.ts';
import type { Completed, JobRow, JobWorkerOptions } from './job.ts';
import { countAttempt, observeBacklog, timed } from './metrics.ts';
import { createRetryBudget } from './retry-budget.ts';

/** A poller. `wake` reports that a transaction with due rows has been committed. */
export type JobWorker = Poller;

const IDLE_POLL_MS = 250;
/** An alarm is raised after each ten attempts. Retries continue: no due row is given up. */
const ALARM_EACH = 10;

/**
 * Performs rows that are due. One replica claims a row, performs it outside any transaction, and records the outcome in a
 * second transaction together with its events. After a crash between the two, the call is repeated with the same key when
 * the lease has expired. So a slow call delays no other row, and an outside world that is down delays no partition.
 *
 * @throws RangeError when the last call of a full worker may end after the lease (check-lease.ts)
 */
export function createJobWorker<Row extends JobRow, Answer>(
  options: JobWorkerOptions<Row, Answer>,
): JobWorker {
  const { name, database, log, claim, record, postpone, onCommit, concurrency = 64 } = options;
  const { isRefusal = () => false, idlePollMs = IDLE_POLL_MS } = options;
  const perform = timed(name, options.perform);
  checkLease({ ...options, concurrency });
  const inHand = new Set<Promise<void>>();
  const budget = createRetryBudget();
  const alarm = createAlarm(log);
  const progress = createProgressWatch({ worker: `${name}: a row in hand`, log });

  /** Records outcomes together; the result of each is whether there were events. */
  const recording = groupCommit<Completed<Row, Answer>, boolean>({
    database,
    lanes: 1,
    around: inContextOfFirst,
    work: async (tx, completed) => {
      const events = await record(tx, completed);
      await appendEvents(tx, events);
      return completed.map(() => events.length > 0);
    },
  });

  const poller = createPoller({
    name,
    log,
    intervalMs: idlePollMs,
    turn: async () => {
      const free = concurrency - inHand.size;
      if (free === 0) return false;
      const rows = await claim(database, { limit: free, retries: budget.hasRoom() });
      budget.spend(rows.filter((row) => row.attempts > 1).length);
      recordBatch(name, rows.length);
      for (const row of rows) start(row);
      return rows.length === free;
    },
  });

  function start(row: Row): void {
    const expected = progress.expect({ id: row.id });
    const work = performAndRecord(row).finally(() => {
      expected.end();
      inHand.delete(work);
      if (inHand.size === concurrency - 1) poller.wake();
    });
    inHand.add(work);
  }

  async function performAndRecord(row: Row): Promise<void> {
    try {
      const done = await inSpanOf(row, async (context) => ({ ...context, row, answer: await perform(row) }));
      if (await recording.submit(done)) onCommit();
      reportDone(done);
    } catch (error) {
      const delayMs = fullJitter(row.attempts, { baseMs: 100, capMs: 30_000 });
      reportUnknown(row, error, delayMs);
      // If even this fails, the row is due again when its lease expires.
      await postpone(database, row, delayMs, error).catch(() => {});
    }
  }

  function reportDone({ row, answer, traceparent }: Completed<Row, Answer>): void {
    const facts = { ...traceFieldsOf({ traceparent }), job: name, id: row.id, attempts: row.attempts };
    if (isRefusal(answer)) {
      if (row.attempts > 1) budget.restore();
      countAttempt(name, 'refused');
      log.warn(facts, 'job refused');
      return;
    }
    budget.earn();
    countAttempt(name, 'done');
    log.info(facts, 'job done');
  }

  function reportUnknown(row: Row, error: unknown, delayMs: number): void {
    countAttempt(name, 'unknown');
    const { id, attempts } = row;
    const facts = { ...traceFieldsOf(row), err: error, job: name, id, attempts, delayMs };
    log.warn(facts, 'outcome of a job unknown; retrying');
    if (attempts % ALARM_EACH === 0) alarm('job-keeps-failing', 'a job has failed many times', facts);
  }

  function inSpanOf<Result>(row: Row, work: (context: TraceContext) => Promise<Result>): Promise<Result> {
    if (!isSampled(row)) return work({ traceparent: row.traceparent });
    const attributes = { [ownName('attempts')]: row.attempts };
    return inSpan(name, { parent: row, kind: SpanKind.INTERNAL, attributes }, (span) =>
      work({ traceparent: traceparentOf(span) }),
    );
  }

  let endObservation = () => {};
  return {
    start() {
      endObservation = observeBacklog(name, () => options.readBacklog(database));
      progress.start();
      poller.start();
    },
    wake: poller.wake,
    async stop() {
      endObservation();
      await poller.stop();
      await Promise.all(inHand);
      progress.stop();
    },
  };
}
