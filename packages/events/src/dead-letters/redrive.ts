import { errorText, type Logger } from '@repo/observability';
import { createPoller, type Poller } from '@repo/polling';
import { type Database, isUnavailable, type Transaction } from '@repo/postgres';
import type { Committed } from '../consumer/process-records.ts';
import { handleMessages, type Subscription } from '../inbox/handle-messages.ts';
import { Malformed, readMessage } from '../inbox/read-message.ts';
import {
  type DeadLetter,
  deleteDeadLetter,
  hasDueDeadLetter,
  insertAction,
  keepDeadLetter,
  lockDueDeadLetter,
  makeFirstDue,
} from './dead-letter-store.ts';

export interface RedriveOptions {
  database: Database;
  handlers: ReadonlyMap<string, Subscription>;
  log: Logger;
  onCommit: (committed: Committed) => void;
}

const INTERVAL_MS = 1_000;

/**
 * Replays dead letters that an operator has asked for: as they were received, with their own message ids, so the inbox
 * recognises those that have had their effect. Replays an aggregate's dead letters oldest first; each success triggers
 * the next. A dead letter that fails again stays, and those behind it keep waiting.
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
        if (deadLetter) await replay(tx, deadLetter);
      });
    } catch (error) {
      if (!deadLetter || isUnavailable(error)) throw error;
      await keepFailed(deadLetter, error);
    }
    // It may have published nothing: then the relay finds nothing to do.
    if (deadLetter?.type) onCommit({ type: deadLetter.type, hasPublished: true });
    return deadLetter !== undefined;
  }

  async function replay(tx: Transaction, deadLetter: DeadLetter): Promise<void> {
    if (deadLetter.type === null)
      throw new Malformed(
        'Only its topic, partition and offset were kept. Read it from its topic, and discard this dead letter.',
      );
    const subscription = handlers.get(deadLetter.type);
    // A type that has no handler any more is ignored, as it would be on its topic.
    if (subscription) {
      const message = readMessage(deadLetter, subscription.event);
      await handleMessages(tx, [{ ...message, aggregate: null }], subscription);
    }
    await insertAction(tx, deadLetter, { action: 'replayed' });
    await deleteDeadLetter(tx, deadLetter);
    await makeFirstDue(tx, deadLetter.aggregate);
  }

  async function keepFailed(deadLetter: DeadLetter, error: unknown): Promise<void> {
    const kind = error instanceof Malformed ? 'malformed' : 'failed';
    const text = errorText(error);
    await database.transaction(async (tx) => {
      await keepDeadLetter(tx, deadLetter, { kind, error: text });
      await insertAction(tx, deadLetter, { action: 'failed again' });
    });
    log.error({ id: deadLetter.id, key: deadLetter.aggregate, error: text }, 'a dead letter failed again');
  }

  return createPoller({ name: 'redrive dead letters', log, intervalMs: INTERVAL_MS, turn });
}
