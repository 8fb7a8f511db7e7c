import { glob } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { MigrateEnv } from '@repo/events';
import type { z } from 'zod';
import { root } from '../runner/test-files.ts';

/** A process, and the variables of the environment that it reads. */
export interface Process {
  name: string;
  kind: 'services' | 'migrate steps' | 'stand-ins';
  schema: z.ZodObject;
}

/** The page that holds the table, between two marks. */
export const page = join(root, 'docs/configuration.md');

const MARKED = /(<!-- npm run docs:environment writes this table[^>]*-->\n).*?(\n<!-- end of the table -->)/s;

/** The processes of the system, each with the schema of its environment. */
export async function readProcesses(): Promise<Process[]> {
  const services = await readSchemas('services/*/src/config.ts', 'Config');
  const standIns = await readSchemas('external/*/src/config.ts', 'Environment');
  return [
    ...services.map((service) => ({ ...service, kind: 'services' as const })),
    { name: 'migrate steps', kind: 'migrate steps', schema: MigrateEnv },
    ...standIns.map((standIn) => ({ ...standIn, kind: 'stand-ins' as const })),
  ];
}

/** By path and not by name, so that a new service is in the table and nothing here depends on one. */
async function readSchemas(pattern: string, exported: string): Promise<Omit<Process, 'kind'>[]> {
  const files = await Array.fromAsync(glob(pattern, { cwd: root }));
  return Promise.all(
    files.sort().map(async (file) => {
      const { [exported]: schema } = await import(join(root, file));
      return { name: basename(dirname(dirname(file))), schema };
    }),
  );
}

/**
 * The variables that processes read, as a Markdown table. Variables that several processes describe alike share a row.
 *
 * @throws Error that names a variable whose schema does not describe it
 */
export function environmentTable(processes: Process[]): string {
  const rows = new Map<string, { variable: string; description: string; readers: Process[] }>();
  for (const process of processes) {
    for (const [variable, field] of Object.entries(process.schema.shape)) {
      const description = describe(variable, field as z.ZodType);
      const key = `${variable} ${description}`;
      const readers = [...(rows.get(key)?.readers ?? []), process];
      rows.set(key, { variable, description, readers });
    }
  }
  const lines = [...rows.values()].map(
    ({ variable, description, readers }) =>
      `| \`${variable}\` | ${namesOf(readers, processes)} | ${description} |`,
  );
  return ['| variable | of | unless set | meaning |', '|---|---|---|---|', ...lines.sort()].join('\n');
}

function describe(variable: string, field: z.ZodType): string {
  if (!field.description) throw new Error(`${variable} has no meaning: end its schema with .describe('…').`);
  const { success, data = '' } = field.safeParse(undefined);
  const unlessSet = data === '' ? 'none' : `\`${data}\``;
  return `${success ? unlessSet : '**must be set**'} | ${field.description}`;
}

/** The name of a kind replaces the names of all its processes. */
function namesOf(some: Process[], all: Process[]): string {
  const names = Map.groupBy(some, ({ kind }) => kind)
    .entries()
    .map(([kind, few]) => {
      const isWhole = few.length === all.filter((process) => process.kind === kind).length;
      return isWhole && few.length > 1 ? kind : few.map(({ name }) => name).join(', ');
    });
  return [...names].join(', ');
}

/** The page with its table replaced; the rest stays. */
export function withTable(text: string, table: string): string {
  if (!MARKED.test(text)) throw new Error(`${page} has no place for the table of the environment.`);
  return text.replace(MARKED, (_, start, end) => `${start}\n${table}\n${end}`);
}
