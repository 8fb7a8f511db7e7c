import { wrongUse } from '@repo/stack';
import { tool } from '../base/tool.ts';
import { addEvent } from '../new-event/add-event.ts';
import { readNewEvent } from '../new-event/new-event.ts';

const usage = `
npm run new-event -- EVENT [--by SERVICE] [--dry-run]

Adds an event to the contract of the service that publishes it, with its snapshot, a function that makes it, and a test.

  EVENT       a noun and a past tense: order.shipped
  --by        the service that publishes it. By default the publisher of the noun's other events
  --dry-run   shows the files and writes nothing
`;

await tool(usage, { by: { type: 'string' } } as const, ({ values, positionals: [type, ...rest] }, change) => {
  if (!type || rest.length > 0) throw wrongUse(usage, 'A new event has one name.');
  const event = readNewEvent(change, type, values.by);
  addEvent(change, event);
  return {
    summary: `${event.publisher} can publish ${type} with ${event.schema.required?.join(', ')}: add the fields that it needs.`,
    generate: [{ file: 'packages/contracts/test/snapshots.test.ts', env: { UPDATE_SNAPSHOTS: '1' } }],
    next: [
      [
        `rm packages/contracts/snapshots/${type}.json`,
        'before you add a field, as long as it is unpublished',
      ],
      ['UPDATE_SNAPSHOTS=1 npm test -- packages/contracts && npm run format', 'writes its snapshot again'],
      ['npm run check', 'runs all checks'],
      [`npm test -- packages/contracts services/${event.publisher}`, 'tests the contract and the service'],
    ],
  };
});
