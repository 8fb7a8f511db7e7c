import { project } from '@repo/stack';
import { serviceNames } from '@repo/stack/topology';
import type { Change, Edit } from '../base/change.ts';
import { formsOf, pluralOf } from '../base/names.ts';
import { pruneCatalog } from '../dependencies/remove-projects.ts';
import { addService } from '../new-service/add-service.ts';
import type { NewService } from '../new-service/new-service.ts';
import { removeDangling } from './dangling.ts';
import { removeServices } from './remove-services.ts';
import { removeRooms } from './rooms.ts';
import { removeShopMonitoring } from './shop-monitoring.ts';

const TEMPLATES = 'scaffolding/templates';
/** Rooms that know the shop. The demo comes back from a template. */
const ROOMS = ['demo', 'e2e', 'load-tests'];
/** This tool, which would remove your services next, and the tests of the tools, which change the shop. */
const TOOLS = [
  'scaffolding/src/commands/remove-shop.ts',
  'scaffolding/src/removal/remove-shop.ts',
  'scaffolding/src/removal/rooms.ts',
  'scaffolding/src/removal/shop-monitoring.ts',
  'scaffolding/templates/demo',
  'scaffolding/templates/empty',
  'scaffolding/templates/monitoring',
  'scaffolding/test',
];
/** Pages about the shop: its code, its measurements, its proofs. */
const PAGES = ['tour', 'saga', 'guarantees', 'performance', 'profiling', 'scale', 'growth'];

/** Removes the shop, down to one small service as a model. Returns the lines that still name its services or run its scripts. */
export function removeShop(change: Change): string[] {
  addService(change, exampleService());
  removeRooms(change, ROOMS);
  for (const page of PAGES) change.remove(`docs/${page}.md`);
  change.remove('docs/pictures');
  copyFolder(change, `${TEMPLATES}/demo`, 'demo', (text) =>
    text.replace('@repo/demo-template', '@repo/demo'),
  );
  change.edit('README.md', () =>
    change.read(`${TEMPLATES}/empty/readme.txt`).replace('PROJECT_TITLE', project.title),
  );
  change.edit('stack/src/topology.ts', withoutShop);
  change.edit('knip.json', withUnusedExports);
  removeShopMonitoring(change);
  for (const tool of TOOLS) change.remove(tool);
  change.edit('gateway/haproxy.cfg', withoutProducts);
  const mentions = removeServices(change, serviceNames);
  removeUnusedMoney(change);
  pruneCatalog(change);
  removeDangling(change);
  return [...mentions, ...workflowsOfMissingScripts(change)];
}

/** The lines of workflows that run a script which is gone. */
function workflowsOfMissingScripts(change: Change): string[] {
  const { scripts } = JSON.parse(change.read('package.json')) as { scripts: Record<string, string> };
  const isGone = (line: string) => {
    const [, script] = /\bnpm run (?:--silent )?([\w:-]+)/.exec(line) ?? [];
    return script !== undefined && !(script in scripts);
  };
  return change
    .files()
    .filter((path) => path.startsWith('.github/workflows/'))
    .flatMap((path) =>
      change
        .read(path)
        .split('\n')
        .flatMap((line, index) => (isGone(line) ? `${path}:${index + 1}  ${line.trim()}` : [])),
    );
}

/** The package for money stays if a project of your own uses it. */
function removeUnusedMoney(change: Change): void {
  const manifests = change.files().filter((path) => /(^|\/)package\.json$/.test(path));
  if (!manifests.some((path) => change.read(path).includes('"@repo/money":')))
    change.remove('packages/money');
}

function exampleService(): NewService {
  const noun = 'journal-entry';
  return {
    service: formsOf('example'),
    noun: formsOf(noun),
    nouns: formsOf(pluralOf(noun)),
    port: 3001,
    publishes: true,
    on: undefined,
  };
}

function copyFolder(change: Change, from: string, to: string, edit: Edit): void {
  for (const file of change.files().filter((path) => path.startsWith(`${from}/`))) {
    change.create(to + file.slice(from.length), edit(change.read(file)));
  }
}

/** The facts of the topology that are not about one process. */
const withoutShop: Edit = (text) =>
  text
    .replace(/(export const correlation = ).*?;/, "$1{ option: 'request', field: 'requestId' } as const;")
    .replace(/(export const scopes\b.*? = \[)[^\]]*\]/, "$1'operations']");

/** The machinery exports more than one small service uses. */
const withUnusedExports: Edit = (text) => {
  const config = JSON.parse(text);
  for (const template of ['demo', 'monitoring'])
    delete config.workspaces[`scaffolding/templates/${template}`];
  const ignoreIssues = { ...config.ignoreIssues, 'packages/*/src/**/*.ts': ['exports', 'types'] };
  return `${JSON.stringify({ ...config, ignoreIssues }, null, 2)}\n`;
};

/** The gateway caches the products. */
const withoutProducts: Edit = (text) =>
  text
    .replace(/^cache products\n(?: .*\n)+\n/m, '')
    .replace(/^(?: *#.*\n)*.*\bcache-(?:use|store) products\b.*\n/gm, '');
