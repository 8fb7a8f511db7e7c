import { createAlarm, type Logger } from '@repo/observability';
import { createPace, createProgressWatch, createWakeSignal, fullJitter } from '@repo/polling';
import { type Database, openSession, type Session, sql } from '@repo/postgres';
import type { Kafka, Publisher } from '../kafka/kafka.ts';
import { LEADER_TIMEOUT_MS } from './leader.ts';
import { listDue, listUnpublished } from './outbox-store.ts';
import { createPausedPartitions } from './paused-partitions.ts';
import { createRowPublisher } from './publish-rows.ts';
import { createOutboxWatch } from './watch-outbox.ts';

export interface RelayOptions {
  /** The service whose outbox this is; CloudEvents name it as their source. */
  service: string;
  /** For the connection that the lead hangs on. */
  databaseUrl: string;
  /** For watching the outbox, whoever leads. */
  database: Database;
  kafka: Kafka;
  log: Logger;
  /** The most events of a topic that are sent at a time. */
  batchSize?: number;
  /** How long to wait after a batch that was not full, unless it is told of a commit: other processes write too. */
  idlePollMs?: number;
}

export interface Relay {
  start(): void;
  /** Says that a transaction with events has just been committed, so that they need not wait for the next poll. */
  wake(): void;
  /** Finishes what it is sending, and stops. */
  stop(): Promise<void>;
}

const FOLLOWER_POLL_MS = 500;
/** What is parked waits for minutes: it need not be looked for as often as what is new. */
const DUE_POLL_MS = 1_000;
/** The most parked events that are tried again between two batches of others: each may be refused by itself. */
const DUE_BATCH = 5;

/**
 * Publishes what stands in the outbox. Of all replicas one leads, by an advisory lock: it selects the rows with the
 * lowest positions, sends them, and deletes just those once Kafka has acknowledged them. No transaction spans a send;
 * a crash between send and delete, or two leaders for a moment, repeat an event, which each inbox then recognises.
 *
 * An event that Kafka refuses is parked, and tried again from time to time; it holds up nothing but what is said later
 * of the same thing. A partition that accepts nothing for now is paused and retried apart from the others: only a failure
 * of the session ends the lead.
 *
 * A cursor on `position` would lose rows, since positions are taken before their transactions commit.
 */
export function createRelay(options: RelayOptions): Relay {
  const { service, databaseUrl, database, kafka, log, batchSize = 500, idlePollMs = 250 } = options;
  const wakeSignal = createWakeSignal();
  const pace = createPace();
  const watch = createOutboxWatch({ database, log });
  const alarm = createAlarm(log);
  const progress = createProgressWatch({ worker: 'relay', log });
  let stopping = false;
  let leads = false;
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    const work = progress.expect();
    for (let failures = 0; !stopping; ) {
      const onSuccess = () => {
        failures = 0;
        work.progress();
      };
      try {
        await withSession(async (session) => {
          await waitForLead(session, work.progress);
          await withPublisher((publisher) => lead(session, publisher, onSuccess));
        });
      } catch (error) {
        work.fail(error);
        log.warn({ err: error }, 'relay failed; restarting');
        await wakeSignal.wait(fullJitter(failures++));
      }
    }
  }

  async function withSession(work: (session: Session) => Promise<void>): Promise<void> {
    const session = await openSession({
      url: databaseUrl,
      name: `${service} relay`,
      idleTimeoutMs: LEADER_TIMEOUT_MS,
    });
    // Should Postgres crash before a deletion is on its disk, the event is repeated, and the inboxes know it.
    await session.query(sql`set synchronous_commit = off`);
    await work(session).finally(session.close);
  }

  async function waitForLead(session: Session, onAnswer: () => void): Promise<void> {
    while (!stopping) {
      const [row] = await session.query(sql<{ leads: boolean }>`
        select pg_try_advisory_lock(hashtext('relay')) as leads`);
      if (row?.leads) return;
      onAnswer();
      await wakeSignal.wait(FOLLOWER_POLL_MS);
    }
  }

  async function withPublisher(work: (publisher: Publisher) => Promise<void>): Promise<void> {
    if (stopping) return;
    const publisher = await kafka.openPublisher();
    leads = true;
    await work(publisher).finally(() => {
      leads = false;
      return publisher.close();
    });
  }

  async function lead(session: Session, publisher: Publisher, onSuccess: () => void): Promise<void> {
    const { partitionOf } = publisher;
    const paused = createPausedPartitions({ service, session, kafka, partitionOf, alarm, progress, log });
    const { publishRows, publishAgain } = createRowPublisher({ service, session, publisher, alarm, paused });
    let dueAt = 0;

    /** Publishes a batch; answers whether there may be more. */
    async function publishNext(): Promise<boolean> {
      const looks = Date.now() >= dueAt;
      const keys = paused.keys();
      const [rows, due] = await Promise.all([
        listUnpublished(session, batchSize, keys),
        looks ? listDue(session, DUE_BATCH, keys) : [],
      ]);
      if (looks) dueAt = due.length < DUE_BATCH ? Date.now() + DUE_POLL_MS : 0;
      await publishRows(rows);
      await publishAgain(due);
      return rows.length >= batchSize || due.length === DUE_BATCH;
    }

    try {
      while (!stopping) {
        const hasMore = await pace.turn(publishNext);
        onSuccess();
        if (!hasMore) await wakeSignal.wait(idlePollMs);
      }
    } finally {
      await paused.close();
    }
  }

  return {
    start() {
      progress.start();
      running = run();
      watch.start();
    },
    // Whoever waits for the lead, or because something is away, is not helped by being hurried.
    wake: () => {
      if (leads) wakeSignal.notify();
    },
    async stop() {
      stopping = true;
      wakeSignal.notify();
      pace.end();
      await Promise.all([running, watch.stop()]);
      progress.stop();
    },
  };
}
