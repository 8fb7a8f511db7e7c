import {
  type Cause,
  failSpan,
  isSampled,
  type Logger,
  type Span,
  SpanKind,
  startSpan,
  traceparentOf,
} from '@tenfold/observability';
import { openSession, type Session, sql } from '@tenfold/postgres';
import { fullJitter } from './backoff.ts';
import { createBell } from './bell.ts';
import { encodeEvent } from './cloud-event.ts';
import type { Kafka, Publisher } from './kafka.ts';
import { deletePublished, listUnpublished, type OutboxRow } from './outbox.ts';

export interface RelayOptions {
  /** The service whose outbox this is; CloudEvents name it as their source. */
  service: string;
  databaseUrl: string;
  kafka: Kafka;
  log: Logger;
  /** The most events sent at a time. */
  batchSize?: number;
}

export interface Relay {
  start(): void;
  /** Says that a transaction with events has just been committed, so that they need not wait for the next poll. */
  wake(): void;
  /** Finishes what it is sending, and stops. */
  stop(): Promise<void>;
}

/** A leader that falls silent for this long loses the lead. */
const LEADER_TIMEOUT_MS = 3_000;
const FOLLOWER_POLL_MS = 500;
const IDLE_POLL_MS = 20;

/**
 * Publishes what stands in the outbox. Of all replicas one leads, by an advisory lock: it selects the rows with the
 * lowest positions, sends them, and deletes just those once Kafka has acknowledged them. No transaction spans a send;
 * a crash between send and delete, or two leaders for a moment, repeat an event, which each inbox then recognises.
 *
 * A cursor on `position` would lose rows, since positions are taken before their transactions commit.
 */
export function createRelay({ service, databaseUrl, kafka, log, batchSize = 500 }: RelayOptions): Relay {
  const bell = createBell();
  let stopping = false;
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    for (let failures = 0; !stopping; ) {
      try {
        await withSession(async (session) => {
          await waitForLead(session);
          await withPublisher((publisher) => lead(session, publisher, () => (failures = 0)));
        });
      } catch (error) {
        log.warn({ err: error }, 'relay starts again');
        await bell.wait(fullJitter(failures++));
      }
    }
  }

  async function withSession(work: (session: Session) => Promise<void>): Promise<void> {
    const session = await openSession({
      url: databaseUrl,
      name: `${service} relay`,
      idleTimeoutMs: LEADER_TIMEOUT_MS,
    });
    await work(session).finally(session.close);
  }

  async function waitForLead(session: Session): Promise<void> {
    while (!stopping) {
      const [row] = await session.query(sql<{ leads: boolean }>`
        select pg_try_advisory_lock(hashtext('relay')) as leads`);
      if (row?.leads) return;
      await bell.wait(FOLLOWER_POLL_MS);
    }
  }

  async function withPublisher(work: (publisher: Publisher) => Promise<void>): Promise<void> {
    if (stopping) return;
    const publisher = await kafka.openPublisher();
    await work(publisher).finally(publisher.close);
  }

  async function lead(session: Session, publisher: Publisher, onSuccess: () => void): Promise<void> {
    while (!stopping) {
      const rows = await listUnpublished(session, batchSize);
      if (rows.length === 0) await bell.wait(IDLE_POLL_MS);
      else {
        await publish(publisher, rows, service);
        await deletePublished(session, rows);
      }
      onSuccess();
    }
  }

  return {
    start() {
      running = run();
    },
    wake: bell.ring,
    async stop() {
      stopping = true;
      bell.ring();
      await running;
    },
  };
}

async function publish(publisher: Publisher, rows: OutboxRow[], service: string): Promise<void> {
  const sends = rows.map((row) => ({ row, span: isSampled(asCause(row)) ? startSendSpan(row) : undefined }));
  const batches = [...Map.groupBy(sends, ({ row }) => row.topic)].map(([topic, ofTopic]) => ({
    topic,
    records: ofTopic.map(({ row, span }) => encodeEvent(row, service, span && traceparentOf(span))),
  }));
  try {
    await publisher.publish(batches);
  } catch (error) {
    for (const { span } of sends) if (span) failSpan(span, error);
    throw error;
  } finally {
    for (const { span } of sends) span?.end();
  }
}

/** A span from the writing of the row to Kafka's acknowledgement: what an event waits in the outbox shows in its trace. */
function startSendSpan(row: OutboxRow): Span {
  return startSpan(`send ${row.type}`, {
    kind: SpanKind.PRODUCER,
    parent: asCause(row),
    startTime: row.createdAt,
    attributes: {
      'messaging.system': 'kafka',
      'messaging.operation.type': 'send',
      'messaging.destination.name': row.topic,
      'messaging.message.id': row.id,
    },
  });
}

function asCause(row: OutboxRow): Cause {
  return { traceparent: row.traceparent ?? undefined };
}
