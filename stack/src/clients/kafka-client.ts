import { createKafka, type Kafka } from '@repo/events';
import { createLogger } from '@repo/observability';

/** Where a system's Kafka is, as `running.json` says it: its brokers, separated by commas, and the prefix of all names there. */
export type KafkaPlace = { brokers: string; namespace?: string | undefined };

/** The Kafka of a system, for a command that says by itself what goes wrong. */
export function quietKafka({ brokers, namespace }: KafkaPlace, clientId: string): Kafka {
  return createKafka({
    brokers: brokers.split(','),
    clientId,
    namespace,
    log: createLogger(clientId, 'silent'),
  });
}
