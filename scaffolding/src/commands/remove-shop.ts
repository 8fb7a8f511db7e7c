import { wrongUse } from '@repo/stack';
import { ofServicesAndEvents } from '../base/generators.ts';
import { tool } from '../base/tool.ts';
import { removeShop } from '../removal/remove-shop.ts';

const usage = `
npm run remove-shop [-- --dry-run]

Removes the shop and keeps the machinery: the packages, the stack, the stand-in of the identity provider, containers,
manifests and checks, with one small service as a model. The shop's services, events, demo, e2e, load tests and pages
are deleted.

  --dry-run   shows the files that would change, and writes nothing
`;

await tool(usage, {}, ({ positionals }, change) => {
  if (positionals.length > 0) throw wrongUse(usage, 'It needs no name.');
  const mentions = removeShop(change);
  const rest =
    mentions.length > 0
      ? `\n\nThese lines still name its services or run its scripts; change them by hand:\n${mentions.join('\n')}`
      : '';
  return {
    summary: `The shop is removed; services/example is the model of a service.${rest}`,
    generate: ofServicesAndEvents,
    next: [
      ['git tag shop', 'names the last commit with the shop, for its models: git show shop:docs/tour.md'],
      ['npm run check', 'must pass'],
      ['npm test', 'runs the tests that are left'],
      ['npm start', 'starts the system and prints what to try'],
    ],
  };
});
