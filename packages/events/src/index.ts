export { fullJitter } from './backoff.ts';
export { decodeHeaders, type Envelope, encodeEvent, type KafkaRecord } from './cloud-event.ts';
export {
  type Consumer,
  type ConsumerOptions,
  createConsumer,
} from './consumer.ts';
export type { DeadLetter } from './dead-letter-store.ts';
export { findDeadLetter, listDeadLetters } from './dead-letter-store.ts';
export { type Message, newEvent, type OutgoingEvent } from './event.ts';
export { type Handler, type Subscription, subscribe } from './handle-messages.ts';
export {
  type Batch,
  type HeaderValue,
  type Kafka,
  type OutgoingRecord,
  type Publisher,
  type ReceivedRecord,
  Unpublishable,
} from './kafka.ts';
export { createKafka } from './kafkajs.ts';
export { Env as MigrateEnv, runMigrateStep } from './migrate-step.ts';
export { appendEvents, countUnpublished } from './outbox.ts';
export { aggregateKeyNamed, aggregateOf } from './parking-store.ts';
export { createPoller, type Poller } from './poller.ts';
export { createProgressWatch } from './progress.ts';
export { nameOf, readableBytes, readableText } from './readable.ts';
export { createRelay, type Relay, type RelayOptions } from './relay.ts';
export { discardDeadLetters, replayDeadLetters } from './resolve-dead-letters.ts';
export { createTopics, PARTITIONS } from './topics.ts';
export { tryFor } from './try-for.ts';
