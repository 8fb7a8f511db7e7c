import { wrongUse } from '@repo/stack';
import { tool } from '../base/tool.ts';
import { addUseCase } from '../new-use-case/add-use-case.ts';

const usage = `
npm run new-use-case -- SERVICE NAME [--dry-run]

Makes a use case, which gets a transaction and a batch of requests and returns results and events, and its test.

  SERVICE     the service that it belongs to: order
  NAME        a verb and a noun: split-order. In a folder of the service: stock/count-stock
  --dry-run   shows the files and writes nothing
`;

await tool(usage, {}, ({ positionals: [service, name, ...rest] }, change) => {
  if (!service || !name || rest.length > 0) throw wrongUse(usage, 'A use case has a service and a name.');
  const path = addUseCase(change, service, name);
  return {
    summary: `${path} is the use case. An entry point of the service (routes, subscriptions or timers) calls it.`,
    next: [
      ['npm run check', 'runs all checks'],
      [`npm test -- services/${service}`, 'tests the service'],
    ],
  };
});
