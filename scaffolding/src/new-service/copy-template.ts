import type { Change, Edit } from '../base/change.ts';
import { exportedName, type PublishedEvent, sampleOf } from '../base/published-events.ts';
import { cut, replace } from '../base/text-edits.ts';
import { type NewService, topicsOf } from './new-service.ts';
import { dropPublishing } from './without-publishing.ts';

const TEMPLATES = 'scaffolding/templates/';

/** Creates services/<name> from the template, and its contract where it publishes. */
export function copyService(change: Change, made: NewService): void {
  const template = `${TEMPLATES}service/`;
  const edits = made.on ? [editsOfTests(made), editsOfEvent(made.on)] : [editsOfTests(made)];
  for (const file of change.files().filter((path) => path.startsWith(template))) {
    const path = file.slice(template.length);
    const copy = `services/${made.service.kebab}/${rename(path, made)}`;
    change.create(copy, change.read(file));
    change.edit(copy, ...edits.flatMap((of) => of[path] ?? []), (text) => unprotected(rename(text, made)));
  }
  if (made.publishes) copyContract(change, made);
  else dropPublishing(change, made);
}

/** Creates a copy of a template file outside of the service's own folder. */
export function copyTemplate(change: Change, made: NewService, file: string, path: string): void {
  change.create(path, rename(change.read(`${TEMPLATES}${file}`), made));
}

function copyContract(change: Change, made: NewService): void {
  const path = `packages/contracts/src/${made.service.kebab}.ts`;
  const text = change.read(`${TEMPLATES}contracts/src/example.ts`);
  change.create(path, text);
  change.edit(path, replace("'@repo/contracts/fields'", "'./fields.ts'"));
  if (made.on) {
    change.edit(
      path,
      cut(/\/\*\* Consumed by[\s\S]*?\}\);\n\n/),
      cut(/^export type JournalEntryRequested = .*\n/m),
    );
  }
  change.edit(path, (contract) => rename(contract, made));
}

type Edits = Record<string, Edit[]>;

/** Replaces the event that the template consumes. */
function editsOfEvent({ type, publisher, schema }: PublishedEvent): Edits {
  const name = protectedFromRename(exportedName(type));
  const useEvent = [
    replace(
      "{ JournalEntryRequested } from '@repo/example-contracts/example'",
      `{ ${name} } from '@repo/contracts/${protectedFromRename(publisher)}'`,
    ),
    replace('JournalEntryRequested', name, { which: 'all' }),
  ];
  const useSample = replace(
    '{ requestId: randomUUID(), version: 1, customerId }',
    protectedFromRename(sampleOf(schema)),
  );
  return {
    'README.md': [replace('journal-entry.requested', protectedFromRename(type))],
    'src/subscriptions.ts': useEvent,
    'src/record-journal-entry.ts': useEvent,
    'test/example-service.ts': [...useEvent, useSample],
  };
}

/** The topics that the tests of the service create. */
function editsOfTests(made: NewService): Edits {
  const { consumed, published } = topicsOf(made);
  const all = new Set(made.publishes ? [consumed, published] : [consumed]);
  const list = [...all].map((topic) => `'${protectedFromRename(topic)}'`).join(', ');
  return {
    'test/example-service.ts': [
      replace("topics: ['example.events']", `topics: [${list}]`),
      replace("lag('example', ['example.events'])", `lag('example', ['${protectedFromRename(consumed)}'])`),
    ],
  };
}

/** Names of another service, which may be those of the template: after remove-shop, `example` is a service. */
const protectedFromRename = (text: string) => text.replaceAll(/(?<=\w)(?=\w)/g, '\0');
const unprotected = (text: string) => text.replaceAll('\0', '');

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
