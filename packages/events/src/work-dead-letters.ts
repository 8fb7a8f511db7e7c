import type { Transaction } from '@repo/postgres';
import { z } from 'zod';
import {
  type DeadLetter,
  deleteLetter,
  insertAction,
  isFirst,
  lockLetters,
  replayFirst,
} from './dead-letter-store.ts';
import { claimMessages } from './inbox.ts';

/**
 * Has letters tried again: of the thing that each speaks of the first goes first, and what is behind it follows. Answers
 * each letter, or undefined where there is none.
 */
export async function replayLetters(
  tx: Transaction,
  wishes: { id: string; actor: string }[],
): Promise<(DeadLetter | undefined)[]> {
  const letters = await lockLetters(
    tx,
    wishes.map(({ id }) => id),
  );
  for (const { id, actor } of wishes) {
    const letter = letters.get(id);
    if (!letter) continue;
    await insertAction(tx, letter, { action: 'replay', actor });
    await replayFirst(tx, letter.aggregate);
  }
  return wishes.map(({ id }) => letters.get(id));
}

/**
 * Discards letters, each with a reason: should its event come again, it counts as processed. What waited behind one that
 * was the first is tried. Answers as `replayLetters`.
 */
export async function discardLetters(
  tx: Transaction,
  wishes: { id: string; actor: string; reason: string }[],
): Promise<(DeadLetter | undefined)[]> {
  const letters = await lockLetters(
    tx,
    wishes.map(({ id }) => id),
  );
  const left = new Map(letters);
  for (const { id, actor, reason } of wishes) {
    const letter = left.get(id);
    if (!letter) continue;
    left.delete(id);
    const wasFirst = await isFirst(tx, letter);
    await insertAction(tx, letter, { action: 'discarded', actor, reason });
    await remember(tx, letter);
    await deleteLetter(tx, letter);
    if (wasFirst) await replayFirst(tx, letter.aggregate);
  }
  return wishes.map(({ id }) => letters.get(id));
}

/** Notes the event of a letter in the inbox. One without an id that an inbox could know has none. */
async function remember(tx: Transaction, { messageId }: DeadLetter): Promise<void> {
  const { success, data } = z.guid().toLowerCase().safeParse(messageId);
  if (success) await claimMessages(tx, [{ id: data, aggregate: null }]);
}
