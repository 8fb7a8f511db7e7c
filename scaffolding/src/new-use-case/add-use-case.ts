import { Failure } from '@repo/stack';
import { isService, serviceNames } from '@repo/stack/topology';
import type { Change } from '../base/change.ts';
import { formsOf } from '../base/names.ts';
import { insertAfter, replace } from '../base/text-edits.ts';

const TEMPLATE = 'scaffolding/templates/use-case';

/**
 * Creates a use case in a service, with a test on a database.
 *
 * @param path verb-noun, where the service has folders with its folder: stock/count-stock
 * @returns the path of the use case
 * @throws Failure when there is no such service, the name is none of a use case, or the file exists
 */
export function addUseCase(change: Change, service: string, path: string): string {
  if (!isService(service))
    throw new Failure(`There is no service "${service}"; there are ${serviceNames.join(', ')}.`);
  const name = path.split('/').at(-1) ?? '';
  const { camel, pascal } = formsOf(name, 'A use case');
  if (!name.includes('-'))
    throw new Failure(`A use case is named by a verb and a noun (split-order), not "${name}".`);
  const folder = path.slice(0, -name.length);
  if (!change.files().some((file) => file.startsWith(`services/${service}/src/${folder}`)))
    throw new Failure(`There is no folder services/${service}/src/${folder}.`);

  const useCase = `services/${service}/src/${path}.ts`;
  const test = `services/${service}/test/${name}.test.ts`;
  for (const [copy, template] of [
    [useCase, 'src/alter-example.ts'],
    [test, 'test/alter-example.test.ts'],
  ] as const) {
    change.create(copy, change.read(`${TEMPLATE}/${template}`));
    change.edit(copy, replace('alterExample', camel, { which: 'all' }), (text) =>
      text.replaceAll('AlterExample', pascal).replaceAll('alter-example', name),
    );
  }
  change.edit(
    test,
    insertAfter(/^import .*'node:crypto';\n/m, "import { join } from 'node:path';\n"),
    replace(
      'createTestDatabase()',
      `createTestDatabase({
  service: '${service}',
  migrations: join(import.meta.dirname, '../migrations'),
})`,
    ),
    replace(`'../src/${name}.ts'`, `'../src/${path}.ts'`),
  );
  return useCase;
}
