import { setTimeout as sleep } from 'node:timers/promises';
import { command, wrongUse } from '../cli/command.ts';
import { filterOf } from '../cli/dead-letter-filter.ts';
import {
  type DeadLetter,
  type DeadLetterClient,
  type Filter,
  openDeadLetterClient,
} from '../clients/dead-letter-client.ts';
import { readRunning } from '../control/running.ts';
import { Failure } from '../failure.ts';
import { interruption } from '../supervisor/interruption.ts';
import { stateFolder } from '../supervisor/state-folder.ts';
import { printable, printableJson } from '../text/printable.ts';
import { table } from '../text/table.ts';
import { serviceNames } from '../topology.ts';

const usage = `
npm run dead-letters -- list [--service NAME] [--type TYPE] [--kind failed] [--since 2h] [--json]
npm run dead-letters -- show ID [--json]
npm run dead-letters -- replay ID... | --all [--rate 10] [--dry-run]
npm run dead-letters -- discard ID... --reason "why"

Events that a service failed to process, oldest first. An event that waits behind another one of the same key is
"behind": it follows as soon as the first has been replayed or discarded.

  --service    only those of one service: ${serviceNames.join(', ')}
  --type       the type of the event
  --kind       malformed, failed or behind
  --key        the key of the event, as it is shown or as it was published
  --since      created since then: 30m, 2h, 1d, or a time such as 2026-01-31T12:00:00Z
  --all        replays all that match these filters
  --rate       replays per second (10); Ctrl-C stops it
  --dry-run    prints what would be replayed
  --json       one JSON object for each, instead of a table
`;

const options = {
  service: { type: 'string' },
  type: { type: 'string' },
  kind: { type: 'string' },
  key: { type: 'string' },
  since: { type: 'string' },
  all: { type: 'boolean', default: false },
  rate: { type: 'string', default: '10' },
  'dry-run': { type: 'boolean', default: false },
  reason: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

await command(usage, options, async ({ values, positionals: [verb = '', ...ids] }) => {
  if (!['list', 'show', 'replay', 'discard'].includes(verb)) throw wrongUse(usage, 'A command is missing.');
  if (verb === 'list' && ids.length > 0) throw wrongUse(usage, `Unknown argument "${ids[0]}".`);
  if ((verb === 'show' || verb === 'discard') && ids.length === 0) throw wrongUse(usage, 'An ID is missing.');
  const filter = filterOf(values, usage);
  const rate = Number(values.rate);
  if (!(rate >= 0.001)) throw new Failure(`--rate is a number of replays per second, not "${values.rate}".`);
  const noId = ids.find((id) => !UUID.test(id));
  if (noId !== undefined) throw new Failure(`A dead letter's ID is a UUID, not "${noId}".`);
  const deadLetters = await openDeadLetterClient(readRunning(stateFolder()));
  switch (verb) {
    case 'list':
      print(await deadLetters.list(filter), values.json);
      return 0;
    case 'show':
      for (const deadLetter of await findAll(deadLetters, ids))
        console.log(printableJson(JSON.stringify(deadLetter, null, 2)));
      return 0;
    case 'discard':
      if (!values.reason) throw wrongUse(usage, 'A reason is missing: --reason "why".');
      for (const deadLetter of await findAll(deadLetters, ids)) {
        await deadLetters.discard(deadLetter, values.reason);
        console.log(`discarded ${describe(deadLetter)}`);
      }
      return 0;
    default:
      if (ids.length === 0 && !values.all) throw wrongUse(usage, 'IDs are missing, or --all.');
      return replay(deadLetters, await chosen(deadLetters, ids, filter), { rate, isDry: values['dry-run'] });
  }
});

function findAll(deadLetters: DeadLetterClient, ids: string[]): Promise<DeadLetter[]> {
  return Promise.all(ids.map((id) => deadLetters.find(id.toLowerCase())));
}

/** The dead letters with these ids; else the matching ones that are first of their key, since the others follow. */
async function chosen(deadLetters: DeadLetterClient, ids: string[], filter: Filter): Promise<DeadLetter[]> {
  if (ids.length > 0) return findAll(deadLetters, ids);
  return (await deadLetters.list(filter)).filter(({ kind }) => kind !== 'behind');
}

async function replay(
  deadLetters: DeadLetterClient,
  some: DeadLetter[],
  { rate, isDry }: { rate: number; isDry: boolean },
): Promise<number> {
  const signal = interruption();
  for (const [index, deadLetter] of some.entries()) {
    if (isDry) console.log(`would replay ${describe(deadLetter)}`);
    else {
      if (index > 0) await sleep(1000 / rate, undefined, { signal }).catch(() => {});
      if (signal.aborted) return 130;
      await deadLetters.replay(deadLetter);
      console.log(`replaying ${describe(deadLetter)}`);
    }
  }
  if (some.length === 0) console.log('There is nothing to replay.');
  return 0;
}

function describe({ id, service, type, key }: DeadLetter): string {
  return printable(`${id}  ${service}  ${type ?? 'without a type'}  ${key}`);
}

function print(some: DeadLetter[], asJson: boolean): void {
  if (asJson) for (const deadLetter of some) console.log(printableJson(JSON.stringify(deadLetter)));
  else if (some.length === 0) console.log('There are no dead letters.');
  else {
    const rows = some.map(({ id, service, firstAt, kind, type, key, attempts, error }) => [
      id,
      service,
      firstAt,
      kind,
      type,
      key,
      attempts,
      (error ?? '').split('\n')[0]?.slice(0, 60),
    ]);
    console.log(table(['id', 'service', 'since', 'kind', 'type', 'key', 'tries', 'error'], rows));
  }
}
