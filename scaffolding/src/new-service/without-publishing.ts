import type { Change } from '../base/change.ts';
import { cut, replace } from '../base/text-edits.ts';
import type { NewService } from './new-service.ts';

/** Turns the copy of the template, which publishes, into a service that only consumes. */
export function dropPublishing(change: Change, { service, noun, on }: NewService): void {
  const folder = `services/${service.kebab}`;
  change.remove(`${folder}/src/${service.kebab}-events.ts`);
  change.edit(
    `${folder}/src/app.ts`,
    cut(', createRelay'),
    cut(/^ {2}const relay = .*\n/m),
    replace('onCommit: relay.wake', 'onCommit: () => {}'),
    replace('[relay, consumer', '[consumer'),
    cut(/^ +\{ relay: relay\.stop \},\n/m),
  );
  change.edit(`${folder}/src/migrate.ts`, replace(/topics: \{.*\}/, 'topics: {}'));
  change.edit(
    `${folder}/src/record-${noun.kebab}.ts`,
    cut(/^import .*-events\.ts';\n/m),
    replace(/return messages\.map\(.*;/, 'return [];'),
  );
  change.edit(`${folder}/README.md`, replace(/(?<=\*\*publishes\*\* ).*/, 'nothing'), cut('`outbox`, '));
  const inbox = `${folder}/migrations/002-create-inbox.sql`;
  change.move(`${folder}/migrations/002-create-messaging.sql`, inbox);
  change.edit(inbox, cut(/^[\s\S]*\n\n(?=-- )/));
  dropFromTests(change, `${folder}/test`, { service, noun });
  if (!on) throw new Error('A service that consumes its own event publishes it.');
}

function dropFromTests(
  change: Change,
  folder: string,
  { service, noun }: Pick<NewService, 'service' | 'noun'>,
): void {
  change.edit(
    `${folder}/${service.kebab}-service.ts`,
    cut(/^\/\*\* The events that the service publishes. \*\/\nexport const published = .*\n/m),
  );
  change.edit(
    `${folder}/record-${noun.kebab}.test.ts`,
    cut(/^ *published,\n/m),
    cut(', eventually'),
    cut(/^test\('each [^']* is published, once'[\s\S]*?^\}\);\n\n/m),
  );
}
