import { appendEvents, createBell, fullJitter, type OutgoingEvent } from '@tenfold/events';
import {
  type Cause,
  inContextOfFirst,
  inSpan,
  isSampled,
  type Logger,
  SpanKind,
  traceIdOf,
  traceparentOf,
} from '@tenfold/observability';
import { type Database, groupCommit, type Transaction } from '@tenfold/postgres';

/** A row whose time has come. */
export interface DueRow extends Cause {
  id: string;
  /** How often it has been tried, this time included. */
  attempts: number;
}

/** What came of one row; itself the cause of what is said because of it. */
export interface Done<Row, Answer> extends Cause {
  row: Row;
  answer: Answer;
}

export interface DueOptions<Row extends DueRow, Answer> {
  /** What is done, for logs and spans: 'capture payment'. */
  name: string;
  database: Database;
  log: Logger;
  /**
   * Takes up to `limit` rows that are due, in one statement with `for update skip locked` that also moves their time on
   * by a lease: whoever dies with them in hand leaves them to the others, and no two replicas take the same.
   */
  claim: (database: Database, limit: number) => Promise<Row[]>;
  /** Calls the outside world, in no transaction. It throws when the outcome is not known. */
  perform: (row: Row) => Promise<Answer>;
  /** Writes down what came of it, and answers what is to be said. */
  record: (tx: Transaction, done: Done<Row, Answer>[]) => Promise<OutgoingEvent[]>;
  /** Makes a row due again after so many milliseconds. */
  postpone: (database: Database, row: Row, delayMs: number) => Promise<void>;
  /** Called after each commit, to wake the relay. */
  onCommit: () => void;
  /** How many rows may be in hand at a time. */
  concurrency?: number;
}

export interface DueWorker {
  start(): void;
  /** Says that a transaction with due rows has just been committed. */
  wake(): void;
  /** Finishes what is in hand, and stops. */
  stop(): Promise<void>;
}

const IDLE_POLL_MS = 250;

/**
 * Works off rows whose time has come: claimed by one replica, done outside of any transaction, recorded in a second
 * one together with its events. A crash between the two repeats the call, with the same key, after the lease. So one
 * slow call holds up nobody, and an outside world that is down holds up no partition.
 */
export function createDueWorker<Row extends DueRow, Answer>(options: DueOptions<Row, Answer>): DueWorker {
  const { name, database, log, claim, perform, record, postpone, onCommit, concurrency = 64 } = options;
  const bell = createBell();
  const inHand = new Set<Promise<void>>();
  let stopping = false;

  const recording = groupCommit<Done<Row, Answer>, void>({
    database,
    lanes: 1,
    around: inContextOfFirst,
    work: async (tx, done) => {
      await appendEvents(tx, await record(tx, done));
      return done.map(() => undefined);
    },
  });

  async function run(): Promise<void> {
    for (let failures = 0; !stopping; ) {
      try {
        const free = concurrency - inHand.size;
        const rows = free > 0 ? await claim(database, free) : [];
        for (const row of rows) take(row);
        if (rows.length === 0) await bell.wait(IDLE_POLL_MS);
        failures = 0;
      } catch (error) {
        log.warn({ err: error }, `${name}: due rows could not be read`);
        await bell.wait(fullJitter(failures++));
      }
    }
  }

  function take(row: Row): void {
    const work = workOff(row).finally(() => {
      inHand.delete(work);
      if (inHand.size === concurrency - 1) bell.ring();
    });
    inHand.add(work);
  }

  async function workOff(row: Row): Promise<void> {
    try {
      const done = await inSpanOf(row, async (cause) => ({ ...cause, row, answer: await perform(row) }));
      await recording.submit(done);
      onCommit();
      if (isSampled(row)) log.info({ traceId: traceIdOf(row), id: row.id, attempts: row.attempts }, name);
    } catch (error) {
      const delayMs = fullJitter(row.attempts, { baseMs: 100, capMs: 30_000 });
      const facts = { err: error, traceId: traceIdOf(row), id: row.id, attempts: row.attempts, delayMs };
      log.warn(facts, `${name}: not known to be done; it is tried again`);
      // Where even this fails, the lease brings the row back.
      await postpone(database, row, delayMs).catch(() => {});
    }
  }

  function inSpanOf<Result>(row: Row, work: (cause: Cause) => Promise<Result>): Promise<Result> {
    if (!isSampled(row)) return work({ traceparent: row.traceparent });
    const attributes = { 'tenfold.attempts': row.attempts };
    return inSpan(name, { parent: row, kind: SpanKind.INTERNAL, attributes }, (span) =>
      work({ traceparent: traceparentOf(span) }),
    );
  }

  let running: Promise<void> | undefined;
  return {
    start() {
      running = run();
    },
    wake: bell.ring,
    async stop() {
      stopping = true;
      bell.ring();
      await running;
      await Promise.all(inHand);
    },
  };
}
