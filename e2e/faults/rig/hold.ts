import { setTimeout as sleep } from 'node:timers/promises';

/** Holds a fault for its time: nothing else in this folder goes by the clock instead of waiting for a condition. */
export async function hold(ms: number): Promise<void> {
  await sleep(ms);
}
