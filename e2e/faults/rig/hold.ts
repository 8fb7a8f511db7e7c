import { setTimeout as sleep } from 'node:timers/promises';

/** How long a fault lasts: the one thing in this folder that is measured by the clock, and waits for nothing. */
export async function hold(ms: number): Promise<void> {
  await sleep(ms);
}
