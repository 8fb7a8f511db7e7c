import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Topic } from '@tenfold/contracts/event';
import { createKafka, type Kafka, type ReceivedRecord } from '@tenfold/events';
import { createLogger } from '@tenfold/observability';
import { command } from '../command.ts';
import { isAbout, occurredAt, readableEvent } from '../event-lines.ts';
import { Failure, reasonOf } from '../failure.ts';
import { stateFolder } from '../folder.ts';
import { interruption } from '../interruption.ts';
import { readRunning } from '../running.ts';

const usage = `
npm run events -- [--follow] [--order ID]

Shows what the services have said on Kafka, from the beginning and in the order of time: time, topic, type, subject,
data.

  --follow     goes on with what they say from now on, until Ctrl-C
  --order ID   only what concerns this order
`;

const topics: Topic[] = ['order.events', 'inventory.events', 'payment.events', 'product.events'];

await command(usage, { follow: { type: 'boolean' }, order: { type: 'string' } }, async ({ values }) => {
  const signal = interruption();
  const kafka = createKafka({
    brokers: readRunning(stateFolder()).servers.kafka.brokers.split(','),
    clientId: 'events-command',
    namespace: process.env.KAFKA_NAMESPACE,
    log: createLogger('events-command', 'silent'),
  });
  const past: ReceivedRecord[] = [];
  let show = (records: ReceivedRecord[]): void => {
    past.push(...records);
  };
  const print = (records: ReceivedRecord[]) => {
    for (const record of records) console.log(readableEvent(record));
  };
  const reader = await openReader(kafka, (records) =>
    show(records.filter((one) => isAbout(one, values.order))),
  );
  try {
    await reader.untilCaughtUp(signal);
    print(past.toSorted((a, b) => occurredAt(a).localeCompare(occurredAt(b))));
    show = print;
    if (values.follow) await untilAborted(signal);
  } finally {
    await reader.leave();
  }
  return 0;
});

/** Reads every topic from its beginning, in a group of its own so that it takes nothing from anybody. */
async function openReader(kafka: Kafka, onRecords: (records: ReceivedRecord[]) => void) {
  const group = `events-command-${randomUUID()}`;
  const leave = await kafka
    .consume({
      group,
      topics,
      onBatch: async ({ records, commit }) => {
        onRecords(records);
        const last = records.at(-1);
        if (last) await commit(last);
      },
    })
    .catch((error: unknown) => {
      throw new Failure(`Kafka cannot be read (${reasonOf(error)}).`);
    });
  const untilCaughtUp = async (signal: AbortSignal) => {
    while (!signal.aborted && (await kafka.lag(group, topics)) > 0) await sleep(50);
  };
  return { leave, untilCaughtUp };
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    // A pending promise alone keeps no process alive, the consumer does.
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
}
