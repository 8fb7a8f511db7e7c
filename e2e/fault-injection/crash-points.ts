import { type Edit, insertBefore } from './edit.ts';

/**
 * The places where a process can die or be paused between two steps that belong together. Only fault runs put them into
 * the code, while it is loaded: the services do not know them, and pay nothing for them.
 */
export const CRASH_POINTS = {
  /** A change over HTTP is committed, and its client has no answer yet. */
  'after-commit-before-answer': insertBefore(
    'packages/idempotency/src/idempotent-handler.ts',
    '    onCommit();',
    `faultInjection.crash('after-commit-before-answer');`,
  ),
  /** Events are in the outbox, and not on their topic. */
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
  /** The effects of an event are written, and not committed. */
  'after-effects-before-commit': insertBefore(
    'packages/events/src/inbox/handle-messages.ts',
    '  return { processed, blocked, hasPublished: events.length > 0 };',
    `if (processed.length > 0) faultInjection.crash('after-effects-before-commit');`,
  ),
  /** The effects of an event are committed, and its offset is not. */
  'after-commit-before-offset': insertBefore(
    'packages/events/src/consumer/process-batch.ts',
    '      batch.commit(chunk, () => endUntil(work));',
    `faultInjection.crash('after-commit-before-offset');`,
  ),
  /** A row is claimed, and the outside world has not been called. */
  'after-claim-before-call': insertBefore(
    'packages/jobs/src/job-worker.ts',
    '      const done = await inSpanOf(row, async (context) => ({ ...context, row, answer: await perform(row) }));',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code.
    'faultInjection.crash(`after-claim-before-call of ${name}`);',
  ),
  /** The outside world has answered, and the answer is not recorded. */
  'after-call-before-commit': insertBefore(
    'packages/jobs/src/job-worker.ts',
    '      if (await recording.submit(done)) onCommit();',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code.
    'faultInjection.crash(`after-call-before-commit of ${name}`);',
  ),
} as const satisfies Record<string, Edit>;
