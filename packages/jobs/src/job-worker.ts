import { appendEvents, type OutgoingEvent } from '@repo/events';
import {
  counter,
  createAlarm,
  inContextOfFirst,
  inSpan,
  isSampled,
  type Logger,
  ownName,
  SpanKind,
  type TraceContext,
  traceIdOf,
  traceparentOf,
} from '@repo/observability';
import { createPoller, createProgressWatch, fullJitter, type Poller } from '@repo/polling';
import { type Database, groupCommit, type Transaction } from '@repo/postgres';
import { createRetryBudget } from './retry-budget.ts';

/** A row whose time has come. */
export interface JobRow extends TraceContext {
  id: string;
  /** How often it has been tried, this time included. */
  attempts: number;
}

/** How much may be taken now. */
export interface ClaimLimits {
  limit: number;
  /** Whether those are among it that have been tried before. */
  retries: boolean;
}

/** What came of one row; itself the cause of what is said because of it. */
export interface Completed<Row, Answer> extends TraceContext {
  row: Row;
  answer: Answer;
}

export interface JobWorkerOptions<Row extends JobRow, Answer> {
  /** What is done, for logs and spans: 'capture payment'. */
  name: string;
  database: Database;
  log: Logger;
  /**
   * Takes rows that are due, in one statement with `for update skip locked` that also counts the try and leases them:
   * whoever dies with them in hand leaves them to the others after the lease, and no two replicas take the same.
   * The rows are chosen in a `with`: Postgres may run a subquery of `in (...)` more than once, and take more than its limit.
   */
  claim: (database: Database, room: ClaimLimits) => Promise<Row[]>;
  /**
   * Calls the outside world, in no transaction. It throws when the outcome is not known. A refusal is known: it is
   * returned like any other answer, and `record` decides when the row is due again.
   */
  perform: (row: Row) => Promise<Answer>;
  /** Whether an answer is a refusal. It spends and earns no retries. */
  isRefusal?: (answer: Answer) => boolean;
  /** Writes down what came of it, and answers what is to be said. */
  record: (tx: Transaction, done: Completed<Row, Answer>[]) => Promise<OutgoingEvent[]>;
  /** Makes a row due again after so many milliseconds; told why nothing has come of it this time. */
  postpone: (database: Database, row: Row, delayMs: number, error: unknown) => Promise<void>;
  /** Called after each commit of events, to wake the relay. */
  onCommit: () => void;
  /** How many rows may be in hand at a time. */
  concurrency?: number;
  /** How often it is looked, without being woken, whether the time of a row has come; 250 ms unless told. */
  idlePollMs?: number;
  /** How long one `perform` may take, in milliseconds; checked against `leaseMs` where both are given. */
  callLimitMs?: number;
  /** For how long `claim` leaves a row to whoever has claimed it, in milliseconds. */
  leaseMs?: number;
  /** How many of the rows in hand are performed in parallel; the others queue, for connections. All, unless given. */
  parallelCalls?: number;
}

/** A poller; `wake` says that a transaction with due rows has just been committed. */
export type JobWorker = Poller;

const IDLE_POLL_MS = 250;
/** After each so many tries a person is told. It is tried on nevertheless: nothing that is due is given up. */
const ALARM_EACH = 10;

/**
 * Works off rows whose time has come: claimed by one replica, done outside of any transaction, recorded in a second
 * one together with its events. A crash between the two repeats the call, with the same key, after the lease. So one
 * slow call holds up nobody, and an outside world that is down holds up no partition.
 *
 * @throws RangeError when the last call of a full worker may end after the lease: another replica would repeat it.
 */
export function createJobWorker<Row extends JobRow, Answer>(
  options: JobWorkerOptions<Row, Answer>,
): JobWorker {
  const { name, database, log, claim, perform, record, postpone, onCommit, concurrency = 64 } = options;
  const { isRefusal = () => false, idlePollMs = IDLE_POLL_MS } = options;
  checkLease({ ...options, concurrency });
  const inHand = new Set<Promise<void>>();
  const budget = createRetryBudget();
  const alarm = createAlarm(log);
  const progress = createProgressWatch({ worker: `${name}: a row in hand`, log });
  const tries = counter('due.tries', { description: 'Rows that were tried, by what came of it' });

  /** Answers whether something was said. */
  const recording = groupCommit<Completed<Row, Answer>, boolean>({
    database,
    lanes: 1,
    around: inContextOfFirst,
    work: async (tx, done) => {
      const events = await record(tx, done);
      await appendEvents(tx, events);
      return done.map(() => events.length > 0);
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
      budget.spend(rows.filter(({ attempts }) => attempts > 1).length);
      for (const row of rows) take(row);
      return rows.length === free;
    },
  });

  function take(row: Row): void {
    const expected = progress.expect({ id: row.id });
    const work = workOff(row).finally(() => {
      expected.end();
      inHand.delete(work);
      if (inHand.size === concurrency - 1) poller.wake();
    });
    inHand.add(work);
  }

  async function workOff(row: Row): Promise<void> {
    try {
      const done = await inSpanOf(row, async (cause) => ({ ...cause, row, answer: await perform(row) }));
      if (await recording.submit(done)) onCommit();
      note(row, done.answer);
    } catch (error) {
      tries.add(1, { name, outcome: 'not known' });
      const delayMs = fullJitter(row.attempts, { baseMs: 100, capMs: 30_000 });
      const facts = { err: error, traceId: traceIdOf(row), id: row.id, attempts: row.attempts, delayMs };
      log.warn(facts, `${name}: outcome unknown; retrying`);
      if (row.attempts % ALARM_EACH === 0)
        alarm('job-keeps-failing', 'a job has failed many times', { name, ...facts });
      // Where even this fails, the lease brings the row back.
      await postpone(database, row, delayMs, error).catch(() => {});
    }
  }

  function note(row: Row, answer: Answer): void {
    const facts = { traceId: traceIdOf(row), id: row.id, attempts: row.attempts };
    if (isRefusal(answer)) {
      if (row.attempts > 1) budget.refund();
      tries.add(1, { name, outcome: 'refused' });
      log.warn(facts, `${name}: refused`);
      return;
    }
    budget.earn();
    tries.add(1, { name, outcome: 'done' });
    log.info(facts, name);
  }

  function inSpanOf<Result>(row: Row, work: (cause: TraceContext) => Promise<Result>): Promise<Result> {
    if (!isSampled(row)) return work({ traceparent: row.traceparent });
    const attributes = { [ownName('attempts')]: row.attempts };
    return inSpan(name, { parent: row, kind: SpanKind.INTERNAL, attributes }, (span) =>
      work({ traceparent: traceparentOf(span) }),
    );
  }

  return {
    start() {
      progress.start();
      poller.start();
    },
    wake: poller.wake,
    async stop() {
      await poller.stop();
      await Promise.all(inHand);
      progress.stop();
    },
  };
}

function checkLease(options: {
  name: string;
  concurrency: number;
  callLimitMs?: number;
  leaseMs?: number;
  parallelCalls?: number;
}): void {
  const { name, concurrency, callLimitMs = 0, leaseMs = Number.POSITIVE_INFINITY } = options;
  const { parallelCalls = concurrency } = options;
  // Rows that are claimed together are performed in rounds of so many; the last round must end within the lease.
  const longestMs = Math.ceil(concurrency / parallelCalls) * callLimitMs;
  if (longestMs < leaseMs) return;
  throw new RangeError(
    `${name}: ${concurrency} rows with ${parallelCalls} calls in parallel take up to ${longestMs} ms, ` +
      `and the lease is ${leaseMs} ms.`,
  );
}
