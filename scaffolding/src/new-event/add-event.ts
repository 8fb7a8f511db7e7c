import type { Change } from '../base/change.ts';
import { importNames } from '../base/import-names.ts';
import { sampleOf } from '../base/published-events.ts';
import { append, insertBefore } from '../base/text-edits.ts';
import type { NewEvent } from './new-event.ts';

/** Adds an event to the contract of its publisher, and a function that makes it, with a test. */
export function addEvent(change: Change, event: NewEvent): void {
  const { type, name, publisher, topic, subject, fields } = event;
  const contract = `packages/contracts/src/${publisher}.ts`;
  const declared = fields.map((field) => field.split(': ').at(-1) ?? '');
  change.edit(
    contract,
    insertBefore(
      new RegExp(`^export type ${firstTypeOf(change.read(contract))} = `, 'm'),
      `export const ${name} = defineEvent({
  type: '${type}',
  topic: '${topic}',
  subject: '${subject}',
  schema: z.object({ ${fields.join(', ')} }),
});

`,
    ),
    append(`export type ${name} = DataOf<typeof ${name}>;\n`),
    importNames('./fields.ts', ...declared),
  );
  addFunction(change, event);
}

const firstTypeOf = (contract: string) => /^export type (\w+) = DataOf/m.exec(contract)?.[1] ?? 'DataOf';

function addFunction(change: Change, { type, name, publisher, topic, subject, schema }: NewEvent): void {
  const file = `services/${publisher}/src/${publisher}-events.ts`;
  if (!change.has(file)) return;
  const made = `${name.charAt(0).toLowerCase()}${name.slice(1)}Event`;
  change.edit(
    file,
    append(`
export function ${made}(data: ${name}, traceContext: TraceContext): OutgoingEvent {
  return newEvent(${name}, data, traceContext);
}
`),
    importNames(`@repo/contracts/${publisher}`, name),
  );
  const sample = sampleOf(schema);
  const hasCustomer = schema.required?.includes('customerId');
  change.create(
    `services/${publisher}/src/${type.replace('.', '-')}-event.test.ts`,
    `import assert from 'node:assert/strict';
${sample.includes('randomUUID') || hasCustomer ? "import { randomUUID } from 'node:crypto';\n" : ''}import { test } from 'node:test';
import { ${name} } from '@repo/contracts/${publisher}';
import { ${made} } from './${publisher}-events.ts';

test('${type} keeps its contract, and ${subject} is its key', () => {
${hasCustomer ? '  const customerId = randomUUID();\n' : ''}  const data = ${sample};

  const event = ${made}(data, {});

  assert.deepEqual([event.type, event.topic, event.key], ['${type}', '${topic}', data.${subject}]);
  assert.deepEqual(${name}.schema.parse(event.data), data);
});
`,
  );
}
