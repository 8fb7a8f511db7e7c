import { type Edit, insertBefore } from './edit.ts';

/**
 * Where a process can be made to die, or to stop, between two steps that belong together. They are put into the code
 * as it is loaded, by nobody but the runs of this folder: the services know nothing of them, and pay nothing for them.
 */
export const CRASH_POINTS = {
  /** A change over HTTP is committed, and its client has no answer yet. */
  'after-commit-before-answer': insertBefore(
    'packages/idempotency/src/idempotent-handler.ts',
    '    onCommit();',
    `faultInjection.crash('after-commit-before-answer');`,
  ),
  /** Events are in the outbox, and nowhere else. */
  'after-commit-before-publish': insertBefore(
    'packages/events/src/outbox/publish-rows.ts',
    '      await sendRows(publisher, rows, { service, at });',
    `faultInjection.crash('after-commit-before-publish');`,
  ),
  /** Events are on their topic, and still in the outbox. */
  'after-publish-before-delete': insertBefore(
    'packages/events/src/outbox/publish-rows.ts',
    '    await deletePublished(session, rows);',
    `faultInjection.crash('after-publish-before-delete');`,
  ),
  /** What an event does is written, and not committed. */
  'after-effects-before-commit': insertBefore(
    'packages/events/src/inbox/handle-messages.ts',
    '  return { fresh: unseen, waiting, hasPublished: events.length > 0 };',
    `if (unseen.length > 0) faultInjection.crash('after-effects-before-commit');`,
  ),
  /** What an event does is committed, and Kafka does not know that it was taken. */
  'after-commit-before-offset': insertBefore(
    'packages/events/src/consumer/process-batch.ts',
    '      batch.commit(chunk, () => endUntil(work));',
    `faultInjection.crash('after-commit-before-offset');`,
  ),
  /** A row is taken, and the outside world has not been asked. */
  'after-claim-before-call': insertBefore(
    'packages/jobs/src/job-worker.ts',
    '      const done = await inSpanOf(row, async (cause) => ({ ...cause, row, answer: await perform(row) }));',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code.
    'faultInjection.crash(`after-claim-before-call of ${name}`);',
  ),
  /** The outside world has done it, and nothing of ours knows. */
  'after-call-before-commit': insertBefore(
    'packages/jobs/src/job-worker.ts',
    '      if (await recording.submit(done)) onCommit();',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code.
    'faultInjection.crash(`after-call-before-commit of ${name}`);',
  ),
} as const satisfies Record<string, Edit>;
