import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { Losses } from './losses.ts';

interface Exporter<Items> {
  export(items: Items, done: (result: ExportResult) => void): void;
}

export interface WatchOptions<Items> {
  losses: Losses;
  /** After this time an export has failed, even if the collector is still replying. */
  timeoutMs: number;
  /** How many items are lost when an export fails. */
  count: (items: Items) => number;
}

/** The exporters have the same time limit, and their error tells more. */
const MARGIN_MS = 100;

/**
 * Ends exports that take too long, and counts what is lost by those that fail. Exports of metrics can overlap when their
 * interval is short: an export that ends after a newer one is no news of the collector.
 */
export function watchExport<Items>(
  exporter: Exporter<Items>,
  { losses, timeoutMs, count }: WatchOptions<Items>,
): void {
  const send = exporter.export.bind(exporter);
  let begun = 0;
  let newestEnded = 0;
  exporter.export = (items, done) => {
    begun += 1;
    const position = begun;
    const finish = once((result: ExportResult) => {
      clearTimeout(timer);
      const hasFailed = result.code !== ExportResultCode.SUCCESS;
      if (hasFailed) losses.lose(count(items));
      if (position > newestEnded) {
        newestEnded = position;
        if (hasFailed) losses.failed(result.error);
        else losses.succeeded();
      }
      done(result);
    });
    const fail = (error: Error) => finish({ code: ExportResultCode.FAILED, error });
    const late = () => fail(new Error(`The export took more than ${timeoutMs} ms.`));
    const timer = setTimeout(late, timeoutMs + MARGIN_MS);
    try {
      send(items, finish);
    } catch (error) {
      fail(error as Error);
    }
  };
}

function once<Argument>(work: (argument: Argument) => void): (argument: Argument) => void {
  let isDone = false;
  return (argument) => {
    if (!isDone) {
      isDone = true;
      work(argument);
    }
  };
}
