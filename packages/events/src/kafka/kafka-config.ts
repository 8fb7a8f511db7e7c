import { z } from 'zod';

/** The part of a process's environment that names its Kafka. */
export const KafkaConfig = z.object({
  KAFKA_BROKERS: z
    .string()
    .transform((brokers) => brokers.split(','))
    .describe('the addresses of Kafka, separated by commas'),
  KAFKA_NAMESPACE: z
    .string()
    .default('')
    .describe('a prefix of all topics and consumer groups, such as `two.`'),
});
