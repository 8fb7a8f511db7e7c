import { eventually } from '@repo/testing';
import { hold } from '../../faults/rig/hold.ts';
import type { Site } from './site.ts';

const LOOK_EVERY_MS = 500;
const QUIET_WITHIN_MS = 90_000;

/** Watches a healthy system under load for some minutes. Returns the alerts that fired, each with its service. */
export async function watchHealth({ notifications }: Site, minutes: number): Promise<string[]> {
  // Before the services had started, they were silent.
  await eventually(() => notifications.firing().length === 0, {
    timeoutMs: QUIET_WITHIN_MS,
    everyMs: LOOK_EVERY_MS,
    what: 'the system to be quiet after its start',
  });
  const until = performance.now() + minutes * 60_000;
  const fired = new Set<string>();
  while (performance.now() < until) {
    for (const { labels } of notifications.firing()) fired.add(`${labels.alertname} (${labels.service})`);
    await hold(LOOK_EVERY_MS);
  }
  return [...fired];
}
