import { Failure, wrongUse } from '@repo/stack';
import { ofServices } from '../base/generators.ts';
import { formsOf } from '../base/names.ts';
import { tool } from '../base/tool.ts';
import { repository } from '../base/work-tree.ts';
import { readFacts, refuseStateFolders, renameProject } from '../rename/rename-project.ts';

const usage = `
npm run rename -- NAME [--title "Acme"] [--domain acme.example] [--holder "Acme Ltd"] [--dry-run]

Gives the project another name everywhere: code, variables, images, manifests, pages. The licence keeps its copyright
line and gets one of the holder, and the README names the origin.

  NAME        in lower case, with hyphens between words: acme, acme-shop
  --title     the name for readers: Acme Shop, unless given
  --domain    of problem types and of mail: NAME.example, unless given
  --holder    of the copyright: "The TITLE authors", unless given
  --dry-run   shows the files that would change, and writes nothing
`;

const options = {
  title: { type: 'string' },
  domain: { type: 'string' },
  holder: { type: 'string' },
} as const;

await tool(usage, options, ({ positionals: [name, ...others], values }, change) => {
  if (!name || others.length > 0) throw wrongUse(usage, 'Give one name.');
  const words = formsOf(name, 'The name of a project').kebab.split('-');
  const { title = words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join(' ') } = values;
  const { domain = `${name}.example`, holder = `The ${title} authors` } = values;
  if (!/^[A-Za-z][A-Za-z0-9 -]*$/.test(title)) {
    throw new Failure(`A title consists of a-z, A-Z, digits, spaces and hyphens, unlike "${title}".`);
  }
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(domain)) {
    throw new Failure(`A domain is written like ${name}.example, unlike "${domain}".`);
  }
  const from = readFacts(change);
  if (name === from.name) throw new Failure(`The project is called ${name} already.`);
  refuseUsedName(name, change.files());
  if (!('dry-run' in values)) refuseStateFolders(repository, from);
  renameProject(change, { name, title, domain }, holder);
  return {
    summary: `${from.title} is called ${title} now.`,
    // Names are sorted there.
    generate: ofServices,
    next: [
      [`mv ~/.cache/${from.name} ~/.cache/${name}`, 'keeps the downloads; without it they are fetched again'],
      ['npm run check', 'must pass'],
      ['npm start -- --exit', 'starts the system under its new name'],
    ],
  };
});

/** A later rename could not tell the project from the folder. */
function refuseUsedName(name: string, files: string[]): void {
  const folder = files.find((path) => path.split('/').slice(0, -1).includes(name));
  if (folder) throw new Failure(`"${name}" is the name of a folder already (${folder}): choose another.`);
}
