import { type Edit, insertBefore } from './edit.ts';

/** What makes the inside of the system visible, or stands between it and what it hears. */
export const OBSERVERS: Edit[] = [
  // Notes each effect of a message, in the transaction of that effect.
  insertBefore(
    'packages/events/src/inbox/handle-messages.ts',
    '  return { processed, blocked, hasPublished: events.length > 0 };',
    'await sabotage.noteEffects(tx, processed);',
  ),
  // Hands over what a fetch has brought in any order, while that is asked for.
  {
    file: 'packages/events/src/consumer/process-records.ts',
    find: 'decodeIntoSteps(records, decoder)',
    replace: 'decodeIntoSteps(sabotage.reorder(records), decoder)',
  },
  // Refuses what is published to some place, while that is asked for.
  insertBefore(
    'packages/events/src/kafka/kafkajs-publisher.ts',
    '    unacknowledged.clear();',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code.
    'for (const { topic, messages } of topicMessages)\n      sabotage.refuse(messages.map(({ key }) => `${topic}/${partitionOf(topic, key)}`));',
  ),
];
