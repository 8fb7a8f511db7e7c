import { type Edit, insertBefore } from './edit.ts';

/** Edits that show effects inside the system, or change what it consumes and publishes. */
export const OBSERVERS: Edit[] = [
  // Records each effect of a message, in the transaction of that effect.
  insertBefore(
    'packages/events/src/inbox/handle-messages.ts',
    '  return { processed, blocked, hasPublished: events.length > 0 };',
    'await faultInjection.recordEffects(tx, processed);',
  ),
  // Processes the records of a batch in any order, while the switch is on.
  {
    file: 'packages/events/src/consumer/process-records.ts',
    find: 'decodeIntoSteps(records, handlers)',
    replace: 'decodeIntoSteps(faultInjection.reorder(records), handlers)',
  },
  // Refuses to publish to a topic or partition, while the switch is on.
  insertBefore(
    'packages/events/src/kafka/kafkajs-publisher.ts',
    '    unacknowledged.clear();',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code.
    'for (const { topic, messages } of topicMessages)\n      faultInjection.refuse(messages.map(({ key }) => `${topic}/${partitionOf(topic, key)}`));',
  ),
];
