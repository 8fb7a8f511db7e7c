import { boundedName, type ReceivedRecord, readableText } from '@repo/events';
import { command, wrongUse } from '../cli/command.ts';
import { openEventReader } from '../clients/event-reader.ts';
import { knownEvents } from '../clients/known-events.ts';
import { publishByHand, topicOf } from '../clients/publish-by-hand.ts';
import { readRunning } from '../control/running.ts';
import { Failure } from '../failure.ts';
import { interruption } from '../supervisor/interruption.ts';
import { stateFolder } from '../supervisor/state-folder.ts';
import { isAbout, occurredAt, readableEvent } from '../text/event-lines.ts';
import { correlation } from '../topology.ts';

const usage = `
npm run events -- [--follow] [--${correlation.option} ID]
npm run events -- --publish TYPE --key ID --data '{"${correlation.field}":"..."}'

Prints the events on Kafka, from the beginning and in the order of time: time, topic, type, subject, data. Or publishes
one event exactly as it is given, valid or not.

  --follow     continues with new events, until Ctrl-C
  --${correlation.option} ID   only the events of this ${correlation.option}; a UUID in any case, another key as it is shown
  --publish    publishes one event of this type: ${[...knownEvents.keys()].slice(0, 2).join(', ')}, ...
  --key        its key; may be empty
  --data       its data; need not be JSON
`;

const options = {
  follow: { type: 'boolean', default: false },
  [correlation.option]: { type: 'string' },
  publish: { type: 'string' },
  key: { type: 'string' },
  data: { type: 'string' },
} as const;

await command(usage, options, async ({ values, positionals }) => {
  const { publish: type, key, data, follow, [correlation.option]: id } = values;
  if (positionals.length > 0) throw wrongUse(usage, `Unknown argument "${positionals[0]}".`);
  if (type === undefined && (key ?? data) !== undefined)
    throw wrongUse(usage, '--key and --data belong to --publish.');
  if (type === undefined) return show(id, follow);
  if (key === undefined || data === undefined) throw wrongUse(usage, '--publish needs --key and --data too.');
  const topic = topicOf(type);
  const published = await publishByHand(readRunning(stateFolder()).servers.kafka, { type, key, data });
  for (const line of publishedLines({ type, key, topic, id: published.id })) console.log(line);
  return 0;
});

/** Commands find a key by its readable name, as records and dead letters show it. */
function publishedLines({ type, key, topic, id }: Record<'type' | 'key' | 'topic' | 'id', string>): string[] {
  const name = boundedName(readableText(key));
  const [ofKey, ofStory] = name
    ? [` --key ${quoted(name)}`, ` -- --${correlation.option} ${quoted(name)}`]
    : ['', ''];
  return [
    `published ${type} about ${name || 'an empty key'} on ${topic}, as ${id}`,
    `npm run dead-letters -- list${ofKey}   shows whether a service failed to process it`,
    `npm run events${ofStory}   shows its events`,
  ];
}

/** A word as one argument of a shell. */
function quoted(word: string): string {
  return /^[\w.:@/+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

async function show(id: string | undefined, follow: boolean): Promise<number> {
  const signal = interruption();
  const { kafka } = readRunning(stateFolder()).servers;
  const past: ReceivedRecord[] = [];
  let receive = (records: ReceivedRecord[]): void => {
    for (const record of records) past.push(record);
  };
  const print = (records: ReceivedRecord[]) => {
    for (const record of records) console.log(readableEvent(record));
  };
  const reader = await openEventReader(kafka, signal, (records) =>
    receive(records.filter((one) => isAbout(one, id))),
  );
  try {
    await reader.untilCaughtUp();
    print(past.toSorted((a, b) => occurredAt(a) - occurredAt(b)));
    const isEmpty = past.length === 0 && !signal.aborted;
    receive = print;
    if (follow) await untilAborted(signal);
    else if (isEmpty) throw new Failure(silence(id));
  } finally {
    await reader.close();
  }
  return 0;
}

function silence(id: string | undefined): string {
  if (id === undefined) return 'There are no events yet.';
  return `There are no events of the ${correlation.option} ${id}.`;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    // The consumer keeps this process alive; a pending promise alone would not.
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
}
