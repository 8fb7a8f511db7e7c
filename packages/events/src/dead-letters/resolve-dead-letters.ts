import type { Transaction } from '@repo/postgres';
import { z } from 'zod';
import { insertMessages } from '../inbox/inbox-store.ts';
import {
  type DeadLetter,
  deleteDeadLetter,
  insertAction,
  isFirst,
  lockDeadLetters,
  replayFirst,
} from './dead-letter-store.ts';

/**
 * Makes dead letters due to be replayed. The first dead letter of each aggregate is replayed first, and those behind it
 * follow. Returns the dead letters that exist, by id.
 */
export async function replayDeadLetters(
  tx: Transaction,
  resolutions: { id: string; actor: string }[],
): Promise<Map<string, DeadLetter>> {
  const deadLetters = await lockDeadLetters(
    tx,
    resolutions.map(({ id }) => id),
  );
  for (const { id, actor } of resolutions) {
    const deadLetter = deadLetters.get(id);
    if (!deadLetter) continue;
    await insertAction(tx, deadLetter, { action: 'replay', actor });
    await replayFirst(tx, deadLetter.aggregate);
  }
  return deadLetters;
}

/**
 * Discards dead letters, each with a reason: an event that is delivered again counts as processed. If it was the first of
 * its aggregate, the next one is replayed. Returns the same as `replayDeadLetters`.
 */
export async function discardDeadLetters(
  tx: Transaction,
  resolutions: { id: string; actor: string; reason: string }[],
): Promise<Map<string, DeadLetter>> {
  const deadLetters = await lockDeadLetters(
    tx,
    resolutions.map(({ id }) => id),
  );
  const left = new Map(deadLetters);
  for (const { id, actor, reason } of resolutions) {
    const deadLetter = left.get(id);
    if (!deadLetter) continue;
    left.delete(id);
    const wasFirst = await isFirst(tx, deadLetter);
    await insertAction(tx, deadLetter, { action: 'discarded', actor, reason });
    await insertIntoInbox(tx, deadLetter);
    await deleteDeadLetter(tx, deadLetter);
    if (wasFirst) await replayFirst(tx, deadLetter.aggregate);
  }
  return deadLetters;
}

/** Inserts the event into the inbox. An event without a valid id cannot be in an inbox. */
async function insertIntoInbox(tx: Transaction, { messageId }: DeadLetter): Promise<void> {
  const { success, data } = z.guid().toLowerCase().safeParse(messageId);
  if (success) await insertMessages(tx, [{ id: data, aggregate: null }]);
}
