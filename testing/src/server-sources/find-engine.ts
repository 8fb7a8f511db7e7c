import { setTimeout } from 'node:timers/promises';
import { Failure } from '@repo/stack';

/** The advice where there are no containers, as the end of a sentence. */
export const WITHOUT = 'run the tests without --containers';

/** What `look` finds. Throws a Failure where that is nothing, or does not answer within the time. */
export async function findEngine<Engine>(
  look: () => Promise<Engine>,
  { withinMs = 10_000 } = {},
): Promise<Engine> {
  const over = new AbortController();
  const late = setTimeout(withinMs, undefined, { signal: over.signal }).catch(() => undefined);
  const found = await Promise.race([look().catch(() => undefined), late]);
  over.abort();
  if (found) return found;
  throw new Failure(`No container engine answers: start Docker, or ${WITHOUT}.`);
}
