import { counter, gauge, histogram, ownName, refreshed, secondsBetween } from '@repo/observability';
import { recordBatch } from '@repo/polling';
import type { Database } from '@repo/postgres';
import { countDeadLetters } from '../dead-letters/dead-letter-store.ts';
import type { Message } from '../event.ts';
import type { Kafka } from '../kafka/kafka.ts';
import { createLagHistory, type TopicLag } from './lag-history.ts';

const TYPE = ownName('event.type');
const GROUP = 'messaging.consumer.group.name';
const TOPIC = 'messaging.destination.name';

const processDuration = histogram({
  name: 'messaging.process.duration',
  unit: 's',
  description: 'How long does a transaction take that processes events of one type?',
  attributes: [TYPE, 'error.type'],
});
const consumed = counter({
  name: ownName('events.consumed'),
  unit: '{event}',
  description: 'How many events took effect, were repeated, are ignored, or could not be processed?',
  attributes: [TYPE, 'outcome'],
});
const delay = histogram({
  name: ownName('event.delay'),
  unit: 's',
  description: 'How long after its publisher wrote it was an event processed?',
  attributes: [TYPE],
});
const lag = gauge({
  name: ownName('consumer.lag'),
  unit: '{record}',
  description: 'How many records of a topic has a group yet to consume?',
  attributes: [GROUP, TOPIC],
});
const lagAge = gauge({
  name: ownName('consumer.lag.age'),
  unit: 's',
  description: 'How long has the oldest record waited that a group has yet to consume?',
  attributes: [GROUP, TOPIC],
});
const deadLetters = gauge({
  name: ownName('dead_letters'),
  unit: '{event}',
  description: 'How many events wait for an operator as dead letters, or behind one?',
});

/** The result of a transaction in which a run of events was processed. */
interface ProcessedRun {
  type: string;
  messages: Message[];
  processed: Message[];
  blocked: Message[];
}

/** Records a committed run that began at `began`, a reading of `performance.now()`. */
export function recordRun(began: number, { type, messages, processed, blocked }: ProcessedRun): void {
  processDuration.recordSince(began, { [TYPE]: type });
  recordBatch('consumer', messages.length);
  for (const [outcome, events] of [
    ['processed', processed.length],
    ['blocked', blocked.length],
    ['repeated', messages.length - processed.length - blocked.length],
  ] as const)
    if (events > 0) consumed.add(events, { [TYPE]: type, outcome });
  const now = new Date();
  for (const { occurredAt } of processed) delay.record(secondsBetween(occurredAt, now), { [TYPE]: type });
}

/** Records a run that was rolled back. */
export function recordFailedRun(began: number, type: string, error: unknown): void {
  processDuration.recordSince(began, { [TYPE]: type, 'error.type': (error as Error).name });
}

/** Counts events of types without a subscription. Such a type is a text of the publisher's, so it is no attribute. */
export function countIgnored(events: number): void {
  if (events > 0) consumed.add(events, { [TYPE]: 'other', outcome: 'ignored' });
}

/** @param type undefined when the record names no type that this service knows */
export function countDeadLetter(type: string | undefined): void {
  consumed.add(1, { [TYPE]: type ?? 'other', outcome: 'dead_lettered' });
}

/**
 * Observes how far a group is behind, and the dead letters of its database; returns a function that ends it.
 *
 * @param name names the group in the metrics: the group itself may be named after a database
 */
export function observeConsumer(options: {
  kafka: Kafka;
  database: Database;
  name: string;
  group: () => Promise<string>;
  topics: string[];
}): () => void {
  const { kafka, database, name, group, topics } = options;
  const history = createLagHistory();
  const lags = refreshed(async () => history.read(await kafka.positions(await group(), topics)));
  const count = refreshed(() => countDeadLetters(database));
  const ofEach = (of: (lag: TopicLag) => number) => () =>
    lags()?.map((each): [number, object] => [of(each), { [GROUP]: name, [TOPIC]: each.topic }]);
  const endings = [
    lag.observe(ofEach((each) => each.records)),
    lagAge.observe(ofEach((each) => each.ageSeconds)),
    deadLetters.observe(count),
  ];
  return () => {
    for (const end of endings) end();
  };
}
