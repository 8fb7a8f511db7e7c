export {
  type Consumer,
  type ConsumerOptions,
  createConsumer,
} from './consumer/consumer.ts';
export type { DeadLetter } from './dead-letters/dead-letter-store.ts';
export { findDeadLetter, listDeadLetters } from './dead-letters/dead-letter-store.ts';
export { aggregateKeyNamed, aggregateOf } from './dead-letters/parking-store.ts';
export { discardDeadLetters, replayDeadLetters } from './dead-letters/resolve-dead-letters.ts';
export { type Message, newEvent, type OutgoingEvent } from './event.ts';
export { type Handler, type Subscription, subscribe } from './inbox/handle-messages.ts';
export { decodeHeaders, type Envelope, encodeEvent, type KafkaRecord } from './kafka/cloud-event.ts';
export {
  type Batch,
  type HeaderValue,
  type Kafka,
  type OutgoingRecord,
  type Publisher,
  type ReceivedRecord,
  Unpublishable,
} from './kafka/kafka.ts';
export { KafkaConfig } from './kafka/kafka-config.ts';
export { createKafka } from './kafka/kafkajs.ts';
export { boundedName, readableBytes, readableText } from './kafka/readable.ts';
export { Env as MigrateEnv, runMigrateStep } from './migrate-step.ts';
export { appendEvents, countUnpublished } from './outbox/outbox-store.ts';
export { createRelay, type Relay, type RelayOptions } from './outbox/relay.ts';
export { createTopics, PARTITIONS } from './topics.ts';
