import { wrongUse } from '@repo/stack';
import { ofServicesAndEvents } from '../base/generators.ts';
import { tool } from '../base/tool.ts';
import { addService } from '../new-service/add-service.ts';
import { readNewService } from '../new-service/new-service.ts';

const usage = `
npm run new-service -- NAME --on EVENT [--noun NOUN] [--publishes] [--dry-run]

Makes a service that records each event of one type, with its tests, and its place in the topology, in containers, at
the gateway and in the manifests.

  NAME          one word in lower case: shipping
  --on          the event that it consumes: order.confirmed
  --noun        one row of its table: shipment. By default the name of the service
  --publishes   the service publishes an event for each row, through an outbox
  --dry-run     shows the files and writes nothing
`;

const options = {
  on: { type: 'string' },
  noun: { type: 'string' },
  publishes: { type: 'boolean', default: false },
} as const;

await tool(usage, options, ({ values: { on, noun, publishes }, positionals: [name, ...rest] }, change) => {
  if (!name || !on || rest.length > 0)
    throw wrongUse(usage, 'A new service has one name and consumes one event.');
  const made = readNewService(change, { name, noun, on, publishes });
  addService(change, made);
  return {
    summary: `The service ${name} records each ${on}; GET /v1/${made.nouns.kebab} lists them.`,
    generate: ofServicesAndEvents,
    next: [
      ['npm run check', 'runs all checks'],
      [`npm test -- services/${name} testing k8s stack`, 'tests the service and its places'],
      ['npm start', `starts it with the others, on port ${made.port}`],
    ],
  };
});
