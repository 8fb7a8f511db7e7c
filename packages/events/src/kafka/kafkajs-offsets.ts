import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@repo/observability';
import type { EachBatchPayload } from 'kafkajs';

/** How often offsets are committed while records arrive, and how soon after the last one. */
const COMMIT_EACH_MS = 1_000;
const QUIET_MS = 100;

export interface OffsetCommits {
  /** Notes that records of this part were processed and resolved. `onCommitted` is called after their commit, if any. */
  note(part: EachBatchPayload, onCommitted: () => void): void;
  /** Commits the noted offsets now. Never fails; takes a second at most. */
  finish(): Promise<void>;
  /** Forgets everything: the group assigns its partitions again, and uncommitted records are delivered again. */
  forget(): void;
  /** @throws the error of a commit that Kafka has refused since the group was joined */
  assertAccepted(): void;
}

/**
 * Commits offsets from time to time, while no caller waits. Records may be delivered again because of it, and the inbox
 * recognises them. kafkajs knows the resolved and uncommitted offsets only of the partitions that it has now.
 */
export function createOffsetCommits(log: Logger): OffsetCommits {
  let last: EachBatchPayload | undefined;
  let noted: (() => void)[] = [];
  let refusal: Error | undefined;
  let generation = 0;
  let quiet: NodeJS.Timeout | undefined;
  let latest: NodeJS.Timeout | undefined;
  let committing = Promise.resolve();

  function clearTimers(): void {
    clearTimeout(quiet);
    clearTimeout(latest);
    latest = undefined;
  }

  /** One after the other, so that no offset decreases. */
  function commit(): Promise<void> {
    clearTimers();
    committing = committing.then(commitNoted);
    return committing;
  }

  async function commitNoted(): Promise<void> {
    const [part, callbacks, ofGeneration] = [last, noted, generation];
    if (!part || callbacks.length === 0) return;
    noted = [];
    try {
      await part.commitOffsetsIfNecessary(part.uncommittedOffsets());
      for (const onCommitted of callbacks) onCommitted();
    } catch (error) {
      if (generation !== ofGeneration) return;
      noted.unshift(...callbacks);
      if (isTooLate(error)) refusal = error as Error;
      else {
        log.warn({ err: error }, 'offsets could not be committed; retrying');
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
      generation++;
    },
    assertAccepted() {
      if (refusal) throw refusal;
    },
  };
}

/**
 * Whether a commit is too late: the group has removed this member, or is assigning its partitions again. The records are
 * delivered again, to it or to another member, and the inbox recognises them. If the error were ignored, the consumer
 * might continue forever without a membership: it would send no heartbeat, and only its commits would be refused. (Found
 * by e2e/faults)
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
