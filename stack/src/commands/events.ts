import { boundedName, type ReceivedRecord, readableText } from '@repo/events';
import { command, wrongUse } from '../command.ts';
import { isAbout, occurredAt, readableEvent } from '../event-lines.ts';
import { openEventReader } from '../event-reader.ts';
import { Failure } from '../failure.ts';
import { stateFolder } from '../folder.ts';
import { interruption } from '../interruption.ts';
import { publishByHand, topicOf } from '../publish-by-hand.ts';
import { readRunning } from '../running.ts';

const usage = `
npm run events -- [--follow] [--order ID]
npm run events -- --publish TYPE --key ID --data '{"orderId":"..."}'

Shows what the services have said on Kafka, from the beginning and in the order of time: time, topic, type, subject,
data. Or says something in their place, exactly as it is given, sense or nonsense.

  --follow     goes on with what they say from now on, until Ctrl-C
  --order ID   only what concerns this order; a UUID in any case, another key as it is shown
  --publish    publishes one event of this type, e.g. order.confirmed
  --key        what it speaks of: an order's id, a sku; may be empty
  --data       what it says; need not be JSON
`;

const options = {
  follow: { type: 'boolean', default: false },
  order: { type: 'string' },
  publish: { type: 'string' },
  key: { type: 'string' },
  data: { type: 'string' },
} as const;

await command(usage, options, async ({ values, positionals }) => {
  const { publish: type, key, data, order, follow } = values;
  if (positionals.length > 0) throw wrongUse(usage, `What is "${positionals[0]}"?`);
  if (type === undefined && (key ?? data) !== undefined)
    throw wrongUse(usage, '--key and --data belong to --publish.');
  if (type === undefined) return show(order, follow);
  if (key === undefined || data === undefined) throw wrongUse(usage, '--publish wants --key and --data too.');
  const topic = topicOf(type);
  const { id } = await publishByHand(readRunning(stateFolder()).servers.kafka, { type, key, data });
  for (const line of publishedLines({ type, key, topic, id })) console.log(line);
  return 0;
});

/** Commands find a key by its readable name, as records and dead letters show it. */
function publishedLines({ type, key, topic, id }: Record<'type' | 'key' | 'topic' | 'id', string>): string[] {
  const name = boundedName(readableText(key));
  const [ofKey, ofOrder] = name ? [` --key ${quoted(name)}`, ` -- --order ${quoted(name)}`] : ['', ''];
  return [
    `published ${type} about ${name || 'an empty key'} on ${topic}, as ${id}`,
    `npm run dead-letters -- list${ofKey}   shows whether somebody could not take it`,
    `npm run events${ofOrder}   shows what has been said about it`,
  ];
}

/** A word as a shell takes it for one. */
function quoted(word: string): string {
  return /^[\w.:@/+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

async function show(order: string | undefined, follow: boolean): Promise<number> {
  const signal = interruption();
  const { kafka } = readRunning(stateFolder()).servers;
  const past: ReceivedRecord[] = [];
  let take = (records: ReceivedRecord[]): void => {
    for (const record of records) past.push(record);
  };
  const print = (records: ReceivedRecord[]) => {
    for (const record of records) console.log(readableEvent(record));
  };
  const reader = await openEventReader(kafka, signal, (records) =>
    take(records.filter((one) => isAbout(one, order))),
  );
  try {
    await reader.untilCaughtUp();
    print(past.toSorted((a, b) => occurredAt(a) - occurredAt(b)));
    const isUnheard = past.length === 0 && !signal.aborted;
    take = print;
    if (follow) await untilAborted(signal);
    else if (isUnheard) throw new Failure(silence(order));
  } finally {
    await reader.leave();
  }
  return 0;
}

function silence(order: string | undefined): string {
  if (order === undefined) return 'Nobody has said anything yet.';
  return `Nobody has said anything about an order ${order}.`;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    // A pending promise alone keeps no process alive, the consumer does.
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
}
