import { Failure } from '@repo/stack';
import type { Change } from '../base/change.ts';

/** The package.json of a project of the workspace, by its name without the scope; that of the root without a name. */
export function findProject(change: Change, name: string | undefined): string {
  if (name === undefined) return 'package.json';
  const projects = new Map(
    change
      .files()
      .filter((path) => path.endsWith('/package.json'))
      .map((path) => [(JSON.parse(change.read(path)) as { name?: string }).name, path] as const),
  );
  const found = projects.get(`@repo/${name}`);
  if (found) return found;
  const names = [...projects.keys()].flatMap((one) => (one?.startsWith('@repo/') ? one.slice(6) : []));
  throw new Failure(`There is no project "${name}". There are ${names.sort().join(', ')}.`);
}
