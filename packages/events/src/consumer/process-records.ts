import type { Logger } from '@repo/observability';
import { type Database, isUnavailable } from '@repo/postgres';
import { bisect } from '../bisect.ts';
import { createFailureBudget, TooManyFailures } from '../dead-letters/failure-budget.ts';
import { parkBehind } from '../dead-letters/parking-store.ts';
import { createDeadLetterWriter } from '../dead-letters/write-dead-letter.ts';
import { handleMessages, type Subscription } from '../inbox/handle-messages.ts';
import type { ReceivedRecord } from '../kafka/kafka.ts';
import { countDeadLetter, countIgnored, recordFailedRun, recordRun } from './consumer-metrics.ts';
import { decodeIntoSteps, isMalformed, type Received } from './decode-records.ts';
import { processInSpans } from './spans.ts';

export interface RecordProcessorOptions {
  database: Database;
  /** By the type of event. */
  handlers: ReadonlyMap<string, Subscription>;
  log: Logger;
  onCommit: (committed: Committed) => void;
}

/** The result of a committed transaction in which some events took effect. */
export interface Committed {
  /** The type of the events. */
  type: string;
  /** Whether this service publishes events because of them. */
  hasPublished: boolean;
}

/**
 * Processes records in runs of one event type. Each run is one transaction: inbox rows, effects, outbox rows.
 *
 * Each record, whatever its bytes, is processed, is ignored or becomes a dead letter. A run that fails permanently is
 * bisected, and the event that fails becomes a dead letter: later events of its key queue behind it, in order, and all
 * others are processed. When very many events fail, their environment is to blame (failure-budget.ts), and they wait.
 *
 * @throws from the returned function, when something is unavailable: the same records may succeed later, and the inbox
 *   recognises those that have been processed
 */
export function createRecordProcessor({ database, handlers, log, onCommit }: RecordProcessorOptions) {
  const writeDeadLetter = createDeadLetterWriter({
    database,
    log,
    onDeadLetter: ({ headers }) => countDeadLetter(handlers.get(headers.ce_type ?? '')?.event.type),
  });
  const failures = createFailureBudget();

  /** @param heartbeat called after each step, because many dead letters take longer than a group waits for its member */
  async function processRecords(records: ReceivedRecord[], heartbeat: () => Promise<void>): Promise<void> {
    for (const step of decodeIntoSteps(records, handlers)) {
      if (isMalformed(step)) await writeDeadLetter(step.record, 'malformed', step.error);
      else await processRun(step);
      await heartbeat();
    }
    // Not earlier: after a failure the same records are processed again.
    countIgnored(records.filter(({ headers }) => !handlers.has(headers.ce_type ?? '')).length);
  }

  async function processRun(run: Received[]): Promise<void> {
    await bisect(run, {
      run: processInOneTransaction,
      isolate: ({ record }, error) => deadLetterFailed(record, error),
      isTransient: isUnavailable,
    });
  }

  async function processInOneTransaction(run: Received[]): Promise<void> {
    const subscription = handlers.get(run[0]?.type ?? '') as Subscription;
    const { type } = subscription.event;
    const began = performance.now();
    const { processed, blocked, hasPublished } = await processInSpans(run, log, (messages) =>
      database.transaction(async (tx) => {
        const handled = await handleMessages(tx, messages, subscription);
        const blocked = handled.blocked.map(({ record }) => record);
        await parkBehind(tx, blocked);
        return handled;
      }),
    ).catch((error) => {
      recordFailedRun(began, type, error);
      throw error;
    });
    recordRun(began, { type, messages: run, processed, blocked });
    if (processed.length > 0) onCommit({ type, hasPublished });
  }

  async function deadLetterFailed(record: ReceivedRecord, error: unknown): Promise<void> {
    if (!failures.tryAcquire())
      throw new TooManyFailures('Many events fail: they wait instead of becoming dead letters.', {
        cause: error,
      });
    await writeDeadLetter(record, 'failed', error);
  }

  return processRecords;
}
