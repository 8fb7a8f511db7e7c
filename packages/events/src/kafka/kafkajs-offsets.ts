import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@repo/observability';
import type { EachBatchPayload } from 'kafkajs';

/** A group's offsets are committed so often while records come, and so soon once none come. */
const COMMIT_EACH_MS = 1_000;
const QUIET_MS = 100;

export interface OffsetCommits {
  /** Some of this part has been taken, and is resolved. `onCommitted` is called once Kafka knows; never, if it comes again. */
  note(part: EachBatchPayload, onCommitted: () => void): void;
  /** Commits now what has been noted. Never fails; for a second at most. */
  finish(): Promise<void>;
  /** Forgets everything: the group deals its partitions anew, and what is not committed comes again. */
  forget(): void;
  /** @throws what Kafka has refused a commit with, if it was since the group was joined */
  assertAccepted(): void;
}

/**
 * Commits offsets once in a while, and nobody waits for it: records that come again because of it are known by the
 * inbox. kafkajs knows what has been resolved and not been committed, of those partitions alone that it has now.
 */
export function createOffsetCommits(log: Logger): OffsetCommits {
  let last: EachBatchPayload | undefined;
  let noted: (() => void)[] = [];
  let refusal: Error | undefined;
  let joins = 0;
  let quiet: NodeJS.Timeout | undefined;
  let latest: NodeJS.Timeout | undefined;
  let committing = Promise.resolve();

  function clearTimers(): void {
    clearTimeout(quiet);
    clearTimeout(latest);
    latest = undefined;
  }

  /** One after the other, so that no offset goes back. */
  function commit(): Promise<void> {
    clearTimers();
    committing = committing.then(commitNoted);
    return committing;
  }

  async function commitNoted(): Promise<void> {
    const [part, told, joined] = [last, noted, joins];
    if (!part || told.length === 0) return;
    noted = [];
    try {
      await part.commitOffsetsIfNecessary(part.uncommittedOffsets());
      for (const onCommitted of told) onCommitted();
    } catch (error) {
      if (joins !== joined) return;
      noted.unshift(...told);
      if (isTooLate(error)) refusal = error as Error;
      else {
        log.warn({ err: error }, 'offsets could not be committed; trying again');
        latest ??= setTimeout(commit, COMMIT_EACH_MS);
      }
    }
  }

  return {
    note(part, onCommitted) {
      last = part;
      noted.push(onCommitted);
      latest ??= setTimeout(commit, COMMIT_EACH_MS);
      clearTimeout(quiet);
      quiet = setTimeout(commit, QUIET_MS);
    },
    async finish() {
      await Promise.race([commit(), sleep(1_000, undefined, { ref: false })]);
    },
    forget() {
      clearTimers();
      [last, noted, refusal] = [undefined, [], undefined];
      joins++;
    },
    assertAccepted() {
      if (refusal) throw refusal;
    },
  };
}

/**
 * A member that its group has given up, or whose partitions are being dealt anew, comes too late with what it has
 * processed: the records come again, to it or to another, and are known. Unheard, it might go on for ever without a
 * membership: it sends no heartbeat then, and nothing but its commits is refused. (Found by e2e/faults)
 */
function isTooLate(error: unknown): boolean {
  return TOO_LATE.includes((error as { type?: string }).type ?? '');
}

const TOO_LATE = [
  'UNKNOWN_MEMBER_ID',
  'ILLEGAL_GENERATION',
  'REBALANCE_IN_PROGRESS',
  'NOT_COORDINATOR_FOR_GROUP',
];
