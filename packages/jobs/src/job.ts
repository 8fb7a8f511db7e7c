import type { OutgoingEvent } from '@repo/events';
import type { Logger, TraceContext } from '@repo/observability';
import type { Database, Transaction } from '@repo/postgres';

/** A row that is due. */
export interface JobRow extends TraceContext {
  id: string;
  /** How many attempts there were, including the current one. */
  attempts: number;
}

/** Which rows may be claimed now. */
export interface ClaimLimits {
  limit: number;
  /** Whether rows may be claimed that were attempted before. */
  retries: boolean;
}

/** The outcome of one row. It is the trace context of the events that are published because of it. */
export interface Completed<Row, Answer> extends TraceContext {
  row: Row;
  answer: Answer;
}

/** The rows that are to be performed: due, claimed, or waiting for another attempt. */
export interface JobBacklog {
  rows: number;
  /** How many seconds ago the oldest became due for the first time; 0 if there is none. */
  oldestSeconds: number;
}

export interface JobWorkerOptions<Row extends JobRow, Answer> {
  /** The name of the work, for logs and spans: 'send message'. */
  name: string;
  database: Database;
  log: Logger;
  /**
   * Claims due rows, in one statement with `for update skip locked` that also counts the attempt and sets the lease. If
   * the worker dies, the lease expires and another worker claims the rows; no two replicas claim the same row. The rows
   * are selected in a `with`: Postgres may run a subquery of `in (...)` more than once, and claim more than its limit.
   */
  claim: (database: Database, limits: ClaimLimits) => Promise<Row[]>;
  /**
   * Calls the outside world, outside any transaction. It throws when the outcome is unknown. A refusal is a known outcome:
   * it is returned like any other answer, and `record` decides when the row is due again.
   */
  perform: (row: Row) => Promise<Answer>;
  /** Whether an answer is a refusal. It spends and earns no retries. */
  isRefusal?: (answer: Answer) => boolean;
  /** Records the outcomes, and returns the events to be published. */
  record: (tx: Transaction, completed: Completed<Row, Answer>[]) => Promise<OutgoingEvent[]>;
  /** Reads how many rows are to be performed, and since when the oldest is. For metrics alone. */
  readBacklog: (database: Database) => Promise<JobBacklog>;
  /** Makes a row due again after a delay; receives the error of the attempt. */
  postpone: (database: Database, row: Row, delayMs: number, error: unknown) => Promise<void>;
  /** Called after each commit of events, to wake the relay. */
  onCommit: () => void;
  /** The most rows that are claimed at a time. */
  concurrency?: number;
  /** How often due rows are looked for without `wake`; 250 ms unless given. */
  idlePollMs?: number;
  /** How long one `perform` may take, in milliseconds; checked against `leaseMs` if both are given. */
  callLimitMs?: number;
  /** How long a claim is valid, in milliseconds. */
  leaseMs?: number;
  /** How many claimed rows are performed in parallel; the others queue for connections. All, unless given. */
  parallelCalls?: number;
}
