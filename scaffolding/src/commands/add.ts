import { spawnSync } from 'node:child_process';
import { Failure, wrongUse } from '@repo/stack';
import { tool } from '../base/tool.ts';
import { addDependency, catalogVersion } from '../dependencies/add-dependency.ts';
import { findProject } from '../dependencies/projects.ts';

const usage = `
npm run add -- PACKAGE[@VERSION] [--to order] [--dev] [--dry-run]

Adds a package as a dependency: its version to the catalog in pnpm-workspace.yaml, which has one version of each package
for all projects, and its name to the package.json of one project. Then it installs.

  PACKAGE     of the npm registry, or of this workspace: @repo/cache
  --to        the project: order, events, stack; the root, for a tool of the whole repository, unless given
  --dev       for tests and types only
  --dry-run   shows the files that would change, and writes nothing
`;

const options = { to: { type: 'string' }, dev: { type: 'boolean' } } as const;

await tool(usage, options, ({ positionals: [given, ...others], values }, change) => {
  const [, name, range] = /^((?:@[\w.-]+\/)?[\w.-]+)(?:@(.+))?$/.exec(given ?? '') ?? [];
  if (!name || others.length > 0) throw wrongUse(usage, 'Give one package.');
  const project = findProject(change, values.to);
  const isOurs = name.startsWith('@repo/');
  if (isOurs) findProject(change, name.slice('@repo/'.length));
  const known = catalogVersion(change, name);
  const found = isOurs ? undefined : known ? { version: known } : lookUp(name, range);
  const kind = values.dev || !values.to ? 'devDependencies' : 'dependencies';
  addDependency(change, { project, name, kind, version: found?.version });
  const licence = found && ` (${[found.version, found.license].filter(Boolean).join(', licence ')})`;
  return {
    summary: `${name}${licence ?? ''} is a dependency of ${values.to ?? 'the repository'}.`,
    next: [
      [`import … from '${name}'`, 'use it: the check finds dependencies without a use'],
      ['npm run check', 'must pass'],
    ],
  };
});

/** The newest version that matches, from the registry that npm uses. */
function lookUp(name: string, range = 'latest'): { version: string; license?: string } {
  const { status, stdout } = spawnSync('npm', ['view', `${name}@${range}`, 'version', 'license', '--json'], {
    encoding: 'utf8',
  });
  const answer = stdout.trim() && JSON.parse(stdout);
  const newest = Array.isArray(answer) ? answer.at(-1) : answer;
  if (status === 0 && newest?.version) return newest;
  const isUnknown = answer?.error?.code === 'E404' || status === 0;
  throw new Failure(
    isUnknown
      ? `The registry has no package ${name}@${range}.`
      : 'npm cannot reach its registry: is there a network?',
  );
}
