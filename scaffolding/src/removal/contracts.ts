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

/** Removes the forms that no service shares any more, such as that of an order in the answers of order. */
export function removeUnusedContracts(change: Change): void {
  const code = change
    .files()
    .filter((path) => path.endsWith('.ts'))
    .map((path) => ({ path, text: change.read(path) }));
  const isImported = (name: string) =>
    code.some(({ text }) => new RegExp(`'(?:@repo/contracts/${name}|\\./${name}\\.ts)'`).test(text));
  for (const { path, text } of code) {
    const [, name] = new RegExp(`^${FOLDER}/src/([\\w-]+)\\.ts$`).exec(path) ?? [];
    if (name && !text.includes('defineEvent(') && !isImported(name)) change.remove(path);
  }
}
