import { Unpublishable } from './kafka.ts';

const OF_RECORDS = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD'];
const OF_TOPIC = ['UNKNOWN_TOPIC_OR_PARTITION', 'INVALID_TOPIC_EXCEPTION', 'TOPIC_AUTHORIZATION_FAILED'];

/**
 * The permanent refusal behind an error, with Kafka's text; undefined for any other error, which may be transient. kafkajs
 * has Kafka's code in the `type` of its error, or of the error's cause when it has given up.
 */
export function asUnpublishable(error: unknown): Unpublishable | undefined {
  const { type, message, cause } = error as { type?: string; message: string; cause?: unknown };
  if (type && [...OF_RECORDS, ...OF_TOPIC].includes(type))
    return new Unpublishable(`${type}: ${message}`, { isOfTopic: OF_TOPIC.includes(type) });
  return cause instanceof Error ? asUnpublishable(cause) : undefined;
}
