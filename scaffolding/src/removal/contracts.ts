import type { Change } from '../base/change.ts';

const FOLDER = 'packages/contracts';

/** Removes the events of services, and the snapshots of their schemas. */
export function removeContracts(change: Change, names: readonly string[]): void {
  for (const name of names) {
    const file = `${FOLDER}/src/${name}.ts`;
    if (!change.has(file)) continue;
    for (const [, type] of change.read(file).matchAll(/\btype: '([a-z.-]+)'/g)) {
      change.remove(`${FOLDER}/snapshots/${type}.json`);
    }
    change.remove(file);
  }
}
