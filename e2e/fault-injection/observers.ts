import { type Edit, insertBefore } from './edit.ts';

/** What makes the inside of the system visible, or stands between it and what it hears. */
export const OBSERVERS: Edit[] = [
  // Notes each effect of a message, in the transaction of that effect.
  insertBefore(
    'packages/events/src/inbox/handle-messages.ts',
    '  return { fresh: unseen, waiting, hasPublished: events.length > 0 };',
    'await faultInjection.noteEffects(tx, unseen);',
  ),
  // Hands over what a fetch has brought in any order, while that is asked for.
  {
    file: 'packages/events/src/consumer/process-records.ts',
    find: '    for (const record of records) {',
    replace: '    for (const record of faultInjection.reorder(records)) {',
  },
  // Refuses what is published to some place, while that is asked for.
  insertBefore(
    'packages/events/src/kafka/kafkajs-publisher.ts',
    '    unanswered.clear();',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code.
    'for (const { topic, messages } of topicMessages)\n      faultInjection.refuse(messages.map(({ key }) => `${topic}/${partitionOf(topic, key)}`));',
  ),
];
