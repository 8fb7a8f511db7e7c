import { errorText, type Logger } from '@repo/observability';
import { createPoller, type Poller } from '@repo/polling';
import { type Database, isUnavailable, type Transaction } from '@repo/postgres';
import type { Committed } from '../consumer/process-records.ts';
import { handleMessages, Malformed, readMessage, type Subscription } from '../inbox/handle-messages.ts';
import {
  type DeadLetter,
  deleteDeadLetter,
  hasDueDeadLetter,
  insertAction,
  keepDeadLetter,
  lockDueDeadLetter,
  replayFirst,
} from './dead-letter-store.ts';

export interface RedriveOptions {
  database: Database;
  handlers: ReadonlyMap<string, Subscription>;
  log: Logger;
  onCommit: (committed: Committed) => void;
}

const INTERVAL_MS = 1_000;

/**
 * Tries dead letters again that a person has asked for: as they came, under their own message ids, so that the inbox
 * knows what has had its effect already. Of a parked thing the first goes first, and takes the next along when it
 * passes; one that fails again stays where it is, and what is behind it waits on.
 * (Modelled on the dead-letter queue redrive of Amazon SQS)
 */
export function createRedrive({ database, handlers, log, onCommit }: RedriveOptions): Poller {
  const topics = [...new Set([...handlers.values()].map(({ event }) => event.topic))];

  async function turn(): Promise<boolean> {
    if (!(await hasDueDeadLetter(database, topics))) return false;
    let deadLetter: DeadLetter | undefined;
    try {
      await database.transaction(async (tx) => {
        deadLetter = await lockDueDeadLetter(tx, topics);
        if (deadLetter) await take(tx, deadLetter);
      });
    } catch (error) {
      if (!deadLetter || isUnavailable(error)) throw error;
      await putBack(deadLetter, error);
    }
    // Whoever need not be woken finds nothing to do.
    if (deadLetter?.type) onCommit({ type: deadLetter.type, hasPublished: true });
    return deadLetter !== undefined;
  }

  async function take(tx: Transaction, deadLetter: DeadLetter): Promise<void> {
    if (deadLetter.type === null)
      throw new Malformed('Only its place was kept. Read it from its topic, and discard this letter.');
    const subscription = handlers.get(deadLetter.type);
    // A type that nobody waits for any more is passed over, as it would be on its topic.
    if (subscription) {
      const message = readMessage(deadLetter, subscription.event);
      await handleMessages(tx, [{ ...message, aggregate: null }], subscription);
    }
    await insertAction(tx, deadLetter, { action: 'replayed' });
    await deleteDeadLetter(tx, deadLetter);
    await replayFirst(tx, deadLetter.aggregate);
  }

  async function putBack(deadLetter: DeadLetter, error: unknown): Promise<void> {
    const kind = error instanceof Malformed ? 'malformed' : 'failed';
    const text = errorText(error);
    await database.transaction(async (tx) => {
      await keepDeadLetter(tx, deadLetter, { kind, error: text });
      await insertAction(tx, deadLetter, { action: 'failed again' });
    });
    log.warn({ id: deadLetter.id, key: deadLetter.aggregate, error: text }, 'a dead letter failed again');
  }

  return createPoller({ name: 'redrive dead letters', log, intervalMs: INTERVAL_MS, turn });
}
