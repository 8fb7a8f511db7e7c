import { createKafka, type Kafka } from '@repo/events';
import { createLogger } from '@repo/observability';

/** The Kafka of a system, as in `running.json`: its brokers, separated by commas, and the prefix of all names. */
export type KafkaPlace = { brokers: string; namespace?: string | undefined };

/** A Kafka client for a command, which reports errors itself. */
export function quietKafka({ brokers, namespace }: KafkaPlace, clientId: string): Kafka {
  return createKafka({
    brokers: brokers.split(','),
    clientId,
    namespace,
    log: createLogger(clientId, 'silent'),
  });
}
