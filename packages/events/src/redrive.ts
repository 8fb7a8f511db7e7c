import { errorText, type Logger } from '@repo/observability';
import { type Database, isUnavailable, type Transaction } from '@repo/postgres';
import {
  type DeadLetter,
  deleteLetter,
  hasDueLetter,
  insertAction,
  keepLetter,
  lockDueLetter,
  replayFirst,
} from './dead-letter-store.ts';
import { createPoller, type Poller } from './poller.ts';
import type { Committed } from './process-records.ts';
import { Malformed, readMessage, type Subscription, takeMessages } from './take-messages.ts';

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
    if (!(await hasDueLetter(database, topics))) return false;
    let letter: DeadLetter | undefined;
    try {
      await database.transaction(async (tx) => {
        letter = await lockDueLetter(tx, topics);
        if (letter) await take(tx, letter);
      });
    } catch (error) {
      if (!letter || isUnavailable(error)) throw error;
      await putBack(letter, error);
    }
    // Whoever need not be woken finds nothing to do.
    if (letter?.type) onCommit({ type: letter.type, hasSaid: true });
    return letter !== undefined;
  }

  async function take(tx: Transaction, letter: DeadLetter): Promise<void> {
    if (letter.type === null)
      throw new Malformed('Only its place was kept. Read it from its topic, and discard this letter.');
    const subscription = handlers.get(letter.type);
    // A type that nobody waits for any more is passed over, as it would be on its topic.
    if (subscription) {
      const message = readMessage(letter, subscription.event);
      await takeMessages(tx, [{ ...message, aggregate: null }], subscription);
    }
    await insertAction(tx, letter, { action: 'replayed' });
    await deleteLetter(tx, letter);
    await replayFirst(tx, letter.aggregate);
  }

  async function putBack(letter: DeadLetter, error: unknown): Promise<void> {
    const kind = error instanceof Malformed ? 'malformed' : 'failed';
    const text = errorText(error);
    await database.transaction(async (tx) => {
      await keepLetter(tx, letter, { kind, error: text });
      await insertAction(tx, letter, { action: 'failed again' });
    });
    log.warn({ id: letter.id, key: letter.aggregate, error: text }, 'a dead letter failed again');
  }

  return createPoller({ name: 'redrive dead letters', log, intervalMs: INTERVAL_MS, turn });
}
