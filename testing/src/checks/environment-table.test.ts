import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { z } from 'zod';
import { environmentTable, page, readProcesses, withTable } from './environment-table.ts';

test('the page on configuration names every variable: npm run docs:environment', async () => {
  const text = await readFile(page, 'utf8');
  const expected = withTable(text, environmentTable(await readProcesses()));
  assert.equal(text, expected, 'docs/configuration.md is behind the schemas: npm run docs:environment');
});

test('a variable that processes describe alike is one row, which shows whether it is required', () => {
  const url = { DATABASE_URL: z.url().describe('the database') };
  const table = environmentTable([
    { name: 'order', kind: 'services', schema: z.object(url) },
    {
      name: 'payment',
      kind: 'services',
      schema: z.object({ ...url, PORT: z.number().default(0).describe('a port') }),
    },
    { name: 'migrate steps', kind: 'migrate steps', schema: z.object(url) },
  ]);
  assert.deepEqual(table.split('\n').slice(2), [
    '| `DATABASE_URL` | services, migrate steps | **must be set** | the database |',
    '| `PORT` | payment | `0` | a port |',
  ]);
});

test('a variable without a meaning is refused by name', () => {
  const schema = z.object({ PORT: z.number() });
  assert.throws(() => environmentTable([{ name: 'order', kind: 'services', schema }]), /^Error: PORT /);
});
