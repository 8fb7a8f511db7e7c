import type { ReceivedRecord } from '@tenfold/events';
import { command } from '../command.ts';
import { isAbout, occurredAt, readableEvent } from '../event-lines.ts';
import { openEventReader } from '../event-reader.ts';
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

await command(usage, { follow: { type: 'boolean' }, order: { type: 'string' } }, async ({ values }) => {
  const signal = interruption();
  const { brokers } = readRunning(stateFolder()).servers.kafka;
  const past: ReceivedRecord[] = [];
  let show = (records: ReceivedRecord[]): void => {
    past.push(...records);
  };
  const print = (records: ReceivedRecord[]) => {
    for (const record of records) console.log(readableEvent(record));
  };
  const reader = await openEventReader(brokers, signal, (records) =>
    show(records.filter((one) => isAbout(one, values.order))),
  );
  try {
    await reader.untilCaughtUp();
    print(past.toSorted((a, b) => occurredAt(a).localeCompare(occurredAt(b))));
    show = print;
    if (values.follow) await untilAborted(signal);
  } finally {
    await reader.leave();
  }
  return 0;
});

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    // A pending promise alone keeps no process alive, the consumer does.
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
}
