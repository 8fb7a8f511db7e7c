import type { Transaction } from '@repo/postgres';
import { z } from 'zod';
import { claimMessages } from '../inbox/inbox-store.ts';
import {
  type DeadLetter,
  deleteDeadLetter,
  insertAction,
  isFirst,
  lockDeadLetters,
  replayFirst,
} from './dead-letter-store.ts';

/**
 * Has letters tried again: of the thing that each speaks of the first goes first, and what is behind it follows. Answers
 * each letter, or undefined where there is none.
 */
export async function replayDeadLetters(
  tx: Transaction,
  resolutions: { id: string; actor: string }[],
): Promise<(DeadLetter | undefined)[]> {
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
  return resolutions.map(({ id }) => deadLetters.get(id));
}

/**
 * Discards letters, each with a reason: should its event come again, it counts as processed. What waited behind one that
 * was the first is tried. Answers as `replayLetters`.
 */
export async function discardDeadLetters(
  tx: Transaction,
  resolutions: { id: string; actor: string; reason: string }[],
): Promise<(DeadLetter | undefined)[]> {
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
    await remember(tx, deadLetter);
    await deleteDeadLetter(tx, deadLetter);
    if (wasFirst) await replayFirst(tx, deadLetter.aggregate);
  }
  return resolutions.map(({ id }) => deadLetters.get(id));
}

/** Notes the event of a letter in the inbox. One without an id that an inbox could know has none. */
async function remember(tx: Transaction, { messageId }: DeadLetter): Promise<void> {
  const { success, data } = z.guid().toLowerCase().safeParse(messageId);
  if (success) await claimMessages(tx, [{ id: data, aggregate: null }]);
}
