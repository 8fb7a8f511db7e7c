import { createAlarm, type Logger } from '@repo/observability';
import { createPace, createProgressWatch, createWakeSignal, fullJitter } from '@repo/polling';
import type { Database, Session } from '@repo/postgres';
import type { Kafka, Publisher } from '../kafka/kafka.ts';
import { openRelaySession, tryToLead } from './leader.ts';
import { listDue, listUnpublished } from './outbox-store.ts';
import { createPausedPartitions } from './paused-partitions.ts';
import { createRowPublisher } from './publish-rows.ts';
import { createOutboxWatch } from './watch-outbox.ts';

export interface RelayOptions {
  /** The service whose outbox this is; CloudEvents name it as their source. */
  service: string;
  /** For the connection that holds the leader's lock. */
  databaseUrl: string;
  /** For the watch on the outbox, which every replica runs. */
  database: Database;
  kafka: Kafka;
  log: Logger;
  /** The most events of a topic that are sent at a time. */
  batchSize?: number;
  /** How long to wait after a batch that was not full, unless `wake` is called: other processes append events too. */
  idlePollMs?: number;
}

export interface Relay {
  start(): void;
  /** Reports that a transaction with events has been committed, so they need not wait for the next poll. */
  wake(): void;
  /** Finishes the current batch, and stops. */
  stop(): Promise<void>;
}

const FOLLOWER_POLL_MS = 500;
/** Parked rows wait for minutes, so they are listed less often than new rows. */
const DUE_POLL_MS = 1_000;
/** The most parked rows that are retried between two batches of new rows: each may need a send of its own. */
const DUE_BATCH = 5;

/**
 * Publishes the rows of the outbox. One replica leads, by an advisory lock: it lists the rows with the lowest positions,
 * sends them, and deletes exactly those once Kafka has acknowledged them. No transaction spans a send. A crash between
 * send and delete, or two leaders for a moment, repeat an event, which each inbox then recognises.
 *
 * An event that Kafka refuses is parked and retried from time to time; only later events of its key wait for it. A
 * partition that is unavailable is paused, and its keys wait. Only a failure of the session ends the leadership.
 *
 * A cursor on `position` would lose rows, since positions are assigned before their transactions commit.
 */
export function createRelay(options: RelayOptions): Relay {
  const { service, databaseUrl, database, kafka, log, batchSize = 500, idlePollMs = 250 } = options;
  const wakeSignal = createWakeSignal();
  const pace = createPace();
  const alarm = createAlarm(log);
  const progress = createProgressWatch({ worker: 'relay', log });
  let stopping = false;
  let leads = false;
  let running: Promise<void> | undefined;
  const watch = createOutboxWatch({ database, log, leads: () => leads });

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
    const session = await openRelaySession({ service, databaseUrl });
    await work(session).finally(session.close);
  }

  async function waitForLead(session: Session, onPoll: () => void): Promise<void> {
    while (!stopping) {
      if (await tryToLead(session)) return;
      onPoll();
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
    const { publishRows, publishDue } = createRowPublisher({ service, session, publisher, alarm, paused });
    let dueAt = 0;

    /** Publishes a batch; returns whether there may be more. */
    async function publishNext(): Promise<boolean> {
      const listsDue = Date.now() >= dueAt;
      const keys = paused.keys();
      const [rows, due] = await Promise.all([
        listUnpublished(session, batchSize, keys),
        listsDue ? listDue(session, DUE_BATCH, keys) : [],
      ]);
      if (listsDue) dueAt = due.length < DUE_BATCH ? Date.now() + DUE_POLL_MS : 0;
      await publishRows(rows);
      await publishDue(due);
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
    // Waking a follower, or a relay that waits because something is unavailable, would not help.
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
