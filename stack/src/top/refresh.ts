import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 1_000;

/** Shows what was read, then reads again each second, until the signal is aborted. Nothing is read after that. */
export async function refresh<Read>(
  first: Read,
  {
    signal,
    show,
    read,
    everyMs = EVERY_MS,
  }: {
    signal: AbortSignal;
    show(read: Read): void;
    read(latest: Read): Promise<Read>;
    everyMs?: number;
  },
): Promise<void> {
  let latest = first;
  while (!signal.aborted) {
    show(latest);
    await sleep(everyMs, null, { signal }).catch(() => {});
    if (!signal.aborted) latest = await read(latest);
  }
}
