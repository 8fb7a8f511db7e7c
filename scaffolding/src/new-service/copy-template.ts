import type { Change } from '../base/change.ts';
import { exportedName, sampleOf } from '../base/published-events.ts';
import { cut, replace } from '../base/text-edits.ts';
import { type NewService, topicsOf } from './new-service.ts';
import { dropPublishing } from './without-publishing.ts';

const TEMPLATES = 'scaffolding/templates/';

/** Creates services/<name> from the template, and its contract where it publishes. */
export function copyService(change: Change, made: NewService): void {
  const { service, publishes } = made;
  const folder = `services/${service.kebab}`;
  for (const file of filesIn(change, 'service')) {
    const path = rename(file.slice(`${TEMPLATES}service/`.length), made);
    change.create(`${folder}/${path}`, rename(consume(change.read(file), made), made));
  }
  change.edit(`${folder}/test/${service.kebab}-service.ts`, useTopics(made));
  if (publishes) copyContract(change, made);
  else dropPublishing(change, made);
}

/** Creates a copy of a template file outside of the service's own folder. */
export function copyTemplate(change: Change, made: NewService, file: string, path: string): void {
  change.create(path, rename(change.read(`${TEMPLATES}${file}`), made));
}

const filesIn = (change: Change, folder: string) =>
  change.files().filter((path) => path.startsWith(`${TEMPLATES}${folder}/`));

function copyContract(change: Change, made: NewService): void {
  const path = `packages/contracts/src/${made.service.kebab}.ts`;
  const text = change.read(`${TEMPLATES}contracts/src/example.ts`);
  change.create(path, text);
  change.edit(path, replace(/@repo\/contracts\/(?=event|fields)/, './', { which: 'all' }));
  change.edit(
    path,
    replace(/'\.\/(event|fields)'/, (found) => found.replace(/'$/, ".ts'"), { which: 'all' }),
  );
  if (made.on) {
    change.edit(
      path,
      cut(/\/\*\* Consumed by[\s\S]*?\}\);\n\n/),
      cut(/^export type JournalEntryRequested = .*\n/m),
    );
  }
  change.edit(path, (contract) => rename(contract, made));
}

/** Replaces the event that the template consumes. */
function consume(text: string, { on }: NewService): string {
  if (!on) return text;
  const name = exportedName(on.type);
  return text
    .replace(
      /(import (?:type )?)\{ JournalEntryRequested \} from '@repo\/example-contracts\/example'/,
      `$1{ ${name} } from '@repo/contracts/${on.publisher}'`,
    )
    .replace(/\{\s*requestId: randomUUID\(\),\s*version: 1,\s*customerId,?\s*\}/, () => sampleOf(on.schema))
    .replaceAll('JournalEntryRequested', name)
    .replaceAll('journal-entry.requested', on.type);
}

function rename(text: string, { service, noun, nouns, port }: NewService): string {
  const an = /^[aeiou]/.test(noun.kebab) ? 'an' : 'a';
  const pairs: [string, string][] = [
    ['@repo/service-template', `@repo/${service.kebab}`],
    ['"@repo/example-contracts"', '"@repo/contracts"'],
    ['@repo/example-contracts', '@repo/contracts'],
    ['journal-entries', nouns.kebab],
    ['journalEntries', nouns.camel],
    ['JournalEntries', nouns.pascal],
    ['journal_entries', nouns.snake],
    ['journal entries', nouns.kebab.replaceAll('-', ' ')],
    ['journal-entry', noun.kebab],
    ['journalEntry', noun.camel],
    ['JournalEntry', noun.pascal],
    ['a journal entry', `${an} ${noun.kebab.replaceAll('-', ' ')}`],
    ['A journal entry', `A${an.slice(1)} ${noun.kebab.replaceAll('-', ' ')}`],
    ['journal entry', noun.kebab.replaceAll('-', ' ')],
    ['example', service.camel],
    ['Example', service.pascal],
    ['EXAMPLE', service.upper],
    ['3000', String(port)],
  ];
  const names = new Map(pairs);
  // In one pass, so that no name is replaced within another.
  return text.replace(new RegExp([...names.keys()].join('|'), 'g'), (found) => names.get(found) ?? found);
}

/** The topics of the service's tests. */
function useTopics(made: NewService): (text: string) => string {
  const { consumed, published } = topicsOf(made);
  const all = [...new Set(made.publishes ? [consumed, published] : [consumed])];
  const list = all.map((topic) => `'${topic}'`).join(', ');
  return (text) =>
    text
      .replace(`topics: ['${published}']`, `topics: [${list}]`)
      .replace(/(kafka\.lag\('\w+', \[)'[^']+'/, `$1'${consumed}'`);
}
