import { Failure, wrongUse } from '@repo/stack';
import { isService, serviceNames } from '@repo/stack/topology';
import { ofServices } from '../base/generators.ts';
import { tool } from '../base/tool.ts';
import { removeServices } from '../removal/remove-services.ts';

const usage = `
npm run remove-service -- SERVICE [--dry-run]

Removes a service: its folder, its events, its stand-in if no other service needs it, and its entries in the topology,
images, manifests, gateway, workflows and tests. Refused while another service consumes its events.

  SERVICE     one of ${serviceNames.join(', ')}
  --dry-run   shows the files that would change, and writes nothing
`;

await tool(usage, {}, ({ positionals: [name, ...others] }, change) => {
  if (!name || others.length > 0) throw wrongUse(usage, 'Give one service.');
  if (!isService(name))
    throw new Failure(`There is no service "${name}". There are ${serviceNames.join(', ')}.`);
  if (serviceNames.length === 1) throw new Failure(`${name} is the only service.`);
  const mentions = removeServices(change, [name]);
  const rest =
    mentions.length > 0 ? `\n\nThese lines still name it; change them by hand:\n${mentions.join('\n')}` : '';
  return {
    summary: `The service ${name} is removed.${rest}`,
    generate: ofServices,
    next: [
      ['npm run check', 'must pass'],
      ['npm test', 'runs the tests that are left'],
      ['npm start -- --exit', 'starts the system without it'],
      [`git grep -i ${name} demo docs README.md`, 'finds the demo and the pages that still name it'],
    ],
  };
});
