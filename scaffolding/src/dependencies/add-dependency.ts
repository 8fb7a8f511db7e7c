import { Failure } from '@repo/stack';
import { AnchorMissing, type Change, type Edit } from '../base/change.ts';

interface Dependency {
  /** The path of a package.json. */
  project: string;
  name: string;
  kind: 'dependencies' | 'devDependencies';
  /** Undefined for a package of this workspace. */
  version: string | undefined;
}

/** Adds a dependency to a project, and to the catalog if it is not in it yet. */
export function addDependency(change: Change, { project, name, kind, version }: Dependency): void {
  const manifest = JSON.parse(change.read(project)) as Record<string, Record<string, string>>;
  if (manifest.dependencies?.[name] ?? manifest.devDependencies?.[name]) {
    throw new Failure(`${name} is a dependency in ${project} already.`);
  }
  manifest[kind] = sorted({ ...manifest[kind], [name]: version ? 'catalog:' : 'workspace:*' });
  change.edit(project, () => `${JSON.stringify(manifest, null, 2)}\n`);
  if (version) change.edit('pnpm-workspace.yaml', addToCatalog(name, version));
}

/** The version that all projects share, if one uses the package already. */
export const catalogVersion = (change: Change, name: string): string | undefined =>
  new RegExp(`^ {2}'?${RegExp.escape(name)}'?: (\\S+)$`, 'm').exec(change.read('pnpm-workspace.yaml'))?.[1];

const sorted = (entries: Record<string, string>) =>
  Object.fromEntries(Object.entries(entries).sort(([one], [other]) => (one < other ? -1 : 1)));

/** Adds an entry in alphabetical order; an entry that is there keeps its version. */
export function addToCatalog(name: string, version: string): Edit {
  return (text) => {
    const lines = text.split('\n');
    const head = lines.indexOf('catalog:');
    if (head < 0) throw new AnchorMissing('the line "catalog:" is not in it.');
    const length = lines.slice(head + 1).findIndex((line) => !line.startsWith('  '));
    const entries = lines.slice(head + 1, length < 0 ? undefined : head + 1 + length);
    const nameOf = (line: string) => /^ {2}'?([^#':]+)'?: /.exec(line)?.[1];
    if (entries.some((line) => nameOf(line) === name)) return text;
    const last = entries.findLastIndex((line) => (nameOf(line) ?? '~') < name);
    const key = name.startsWith('@') ? `'${name}'` : name;
    return lines.toSpliced(head + 1 + last + 1, 0, `  ${key}: ${version}`).join('\n');
  };
}
