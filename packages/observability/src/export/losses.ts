import { counter, ownName } from '../instruments.ts';
import type { Logger } from '../log.ts';
import type { Signal } from './settings.ts';

const dropped = counter({
  name: ownName('telemetry.dropped'),
  unit: '{item}',
  description:
    'How many spans, points of metrics and log records were lost, because the collector did not accept them or a queue was full?',
  attributes: ['signal'],
});

/** What a signal has lost, and whether its export fails. */
export interface Losses {
  /** Counts items that are never exported. */
  lose(items: number): void;
  failed(error: Error | undefined): void;
  succeeded(): void;
}

/**
 * Counts what a signal loses, and logs one line when its export begins to fail and one when it works again.
 *
 * @param log a logger whose lines are not exported: a line about a failure must not cause the next one
 */
export function createLosses(signal: Signal, log: Logger): Losses {
  let failing = false;
  let lost = 0;
  return {
    lose(items) {
      dropped.add(items, { signal });
      lost += items;
    },
    failed(error) {
      if (!failing) log.warn({ signal, err: error }, 'telemetry cannot be exported; the service continues');
      failing = true;
    },
    succeeded() {
      if (failing) log.info({ signal, lost }, 'telemetry is exported again');
      failing = false;
      lost = 0;
    },
  };
}
