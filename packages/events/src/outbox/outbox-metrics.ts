import { counter, gauge, histogram, ownName, refreshed } from '@repo/observability';
import { recordBatch } from '@repo/polling';
import type { Database } from '@repo/postgres';
import { countRows } from './outbox-store.ts';

const sendDuration = histogram({
  name: 'messaging.client.operation.duration',
  unit: 's',
  description: 'How long does Kafka take to acknowledge a batch of records?',
  attributes: ['messaging.operation.name', 'error.type'],
});
const sent = counter({
  name: 'messaging.client.sent.messages',
  unit: '{message}',
  description: 'How many events were published to each topic?',
  attributes: ['messaging.destination.name'],
});
const age = gauge({
  name: ownName('outbox.age'),
  unit: 's',
  description: 'How long has the oldest event that is not parked waited to be published?',
});
const rows = gauge({
  name: ownName('outbox.rows'),
  unit: '{row}',
  description: 'How many events wait to be published, parked ones included?',
});
const parked = gauge({
  name: ownName('outbox.parked'),
  unit: '{row}',
  description: 'How many events are parked because Kafka has refused them?',
});
const leader = gauge({
  name: ownName('relay.leader'),
  unit: '{leader}',
  description: 'Does the relay of this process lead? Of all replicas of a service, one must.',
});

/** Records a batch of one topic that Kafka has acknowledged; sending began at `began`, of `performance.now()`. */
export function recordSent(began: number, topic: string, records: number): void {
  sendDuration.recordSince(began, { 'messaging.operation.name': 'send' });
  sent.add(records, { 'messaging.destination.name': topic });
  recordBatch('relay', records);
}

export function recordFailedSend(began: number, error: unknown): void {
  const { name } = error as Error;
  sendDuration.recordSince(began, { 'messaging.operation.name': 'send', 'error.type': name });
}

/** Observes the outbox of a database, and whether this relay leads; returns a function that ends it. */
export function observeOutbox(options: {
  database: Database;
  ageSeconds: () => number | undefined;
  leads: () => boolean;
}): () => void {
  const counts = refreshed(() => countRows(options.database));
  const endings = [
    age.observe(options.ageSeconds),
    rows.observe(() => counts()?.all),
    parked.observe(() => counts()?.parked),
    leader.observe(() => Number(options.leads())),
  ];
  return () => {
    for (const end of endings) end();
  };
}
