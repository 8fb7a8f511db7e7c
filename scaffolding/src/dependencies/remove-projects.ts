import type { Change } from '../base/change.ts';

type Manifest = { name?: string } & Partial<
  Record<'dependencies' | 'devDependencies', Record<string, string>>
>;

const manifests = (change: Change) => change.files().filter((path) => /(^|\/)package\.json$/.test(path));
const read = (change: Change, path: string) => JSON.parse(change.read(path)) as Manifest;

/** Removes projects of the workspace from the dependencies of others. */
export function removeProjects(change: Change, names: readonly string[]): void {
  const gone = names.map((name) => `@repo/${name}`);
  for (const path of manifests(change)) {
    const manifest = read(change, path);
    const all = { ...manifest.dependencies, ...manifest.devDependencies };
    if (!gone.some((name) => name in all)) continue;
    for (const name of gone) {
      delete manifest.dependencies?.[name];
      delete manifest.devDependencies?.[name];
    }
    change.edit(path, () => `${JSON.stringify(manifest, null, 2)}\n`);
  }
}

/** Removes the versions of packages that no project uses. */
export function pruneCatalog(change: Change): void {
  const used = new Set(
    manifests(change).flatMap((path) => {
      const { dependencies, devDependencies } = read(change, path);
      return Object.keys({ ...dependencies, ...devDependencies });
    }),
  );
  change.edit('pnpm-workspace.yaml', (text) => {
    const [before = '', rest = ''] = text.split(/(?<=^catalog:\n)/m);
    const end = rest.search(/^(?! )/m);
    const entries = rest.slice(0, end).split('\n');
    const kept = entries.filter((line) => {
      const [, name] = /^ {2}'?([^#':]+)'?: /.exec(line) ?? [];
      return !name || used.has(name);
    });
    return before + kept.join('\n') + rest.slice(end);
  });
}
