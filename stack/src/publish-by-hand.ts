import { randomUUID } from 'node:crypto';
import type { EventType } from '@tenfold/contracts/event';
import * as inventory from '@tenfold/contracts/inventory';
import * as order from '@tenfold/contracts/order';
import * as payment from '@tenfold/contracts/payment';
import { createKafka } from '@tenfold/events';
import { createLogger } from '@tenfold/observability';
import { Failure, reasonOf } from './failure.ts';

const known = new Map(
  [order, inventory, payment]
    .flatMap((contracts): Pick<EventType, 'type' | 'topic'>[] => Object.values(contracts))
    .map((event) => [event.type, event.topic]),
);

type ByHand = { type: string; key: string; data: string };

/** The topic of a type of event. Throws a Failure that names the known types. */
export function topicOf(type: string): string {
  const topic = known.get(type);
  if (topic) return topic;
  throw new Failure(`There is no event "${type}"; there are ${[...known.keys()].join(', ')}.`);
}

/**
 * Publishes a record as it is given, whether it keeps the contract or not, with headers as an event of ours has them.
 * Throws a Failure when Kafka does not take it.
 *
 * @param brokers as `running.json` has them, separated by commas
 */
export async function publishByHand(brokers: string, { type, key, data }: ByHand): Promise<{ id: string }> {
  const id = randomUUID();
  const headers = {
    ce_specversion: '1.0',
    ce_id: id,
    ce_source: '/by-hand',
    ce_type: type,
    ce_time: new Date().toISOString(),
    ce_subject: key,
    'content-type': 'application/json',
  };
  const kafka = createKafka({
    brokers: brokers.split(','),
    clientId: 'by-hand',
    namespace: process.env.KAFKA_NAMESPACE,
    log: createLogger('by-hand', 'silent'),
  });
  try {
    const publisher = await kafka.openPublisher();
    const records = [{ key, value: data, headers }];
    await publisher.publish([{ topic: topicOf(type), records }]).finally(publisher.close);
  } catch (error) {
    throw error instanceof Failure ? error : new Failure(`Kafka does not take it (${reasonOf(error)}).`);
  }
  return { id };
}
