import { randomUUID } from 'node:crypto';
import { Unpublishable } from '@repo/events';
import { Failure, reasonOf } from '../failure.ts';
import { type KafkaPlace, quietKafka } from './kafka-client.ts';
import { knownEvents } from './known-events.ts';

type ByHand = { type: string; key: string; data: string };

/** The topic of a type of event. Throws a Failure that names the known types. */
export function topicOf(type: string): string {
  const event = knownEvents.get(type);
  if (event) return event.topic;
  throw new Failure(`There is no event "${type}"; there are ${[...knownEvents.keys()].join(', ')}.`);
}

/**
 * Publishes a record as it is given, valid or not, with the headers of an event. Throws a Failure when Kafka refuses it.
 */
export async function publishByHand(place: KafkaPlace, { type, key, data }: ByHand): Promise<{ id: string }> {
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
  const kafka = quietKafka(place, 'by-hand');
  try {
    const publisher = await kafka.openPublisher();
    const records = [{ key, value: data, headers }];
    await publisher.publish([{ topic: topicOf(type), records }]).finally(publisher.close);
  } catch (error) {
    throw error instanceof Failure ? error : refusal(error, { key, data });
  }
  return { id };
}

function refusal(error: unknown, { key, data }: Pick<ByHand, 'key' | 'data'>): Failure {
  if (!(error instanceof Unpublishable)) return new Failure(`Kafka did not accept it (${reasonOf(error)}).`);
  const bytes = [key, data].map((text) => Buffer.byteLength(text));
  return new Failure(
    `Kafka refuses it permanently, with ${bytes[0]} bytes of key and ${bytes[1]} of data (${error.message}).`,
  );
}
