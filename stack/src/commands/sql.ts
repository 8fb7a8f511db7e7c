import { Client, type FieldDef } from 'pg';
import { command, wrongUse } from '../command.ts';
import { Failure } from '../failure.ts';
import { stateFolder } from '../folder.ts';
import { isService, serviceNames } from '../roster.ts';
import { databaseAddress } from '../service-address.ts';
import { asWritten, sqlCell } from '../sql-cells.ts';
import { table } from '../table.ts';

const usage = `
npm run sql -- SERVICE ["select ..."]

Runs a query against a service's database, in a transaction that can only read. Without a query it lists the tables.

  SERVICE   ${serviceNames.join(', ')}
`;

const listTables = `
  select table_name as "table", string_agg(column_name, ', ' order by ordinal_position) as columns
  from information_schema.columns
  where table_schema = 'public'
  group by table_name
  order by table_name`;

await command(usage, {}, async ({ positionals: [service = '', query, ...rest] }) => {
  if (!isService(service))
    throw wrongUse(usage, service ? `There is no service "${service}".` : 'Say which service.');
  if (rest.length > 0) throw wrongUse(usage, 'Put the query in quotes, so that it is one argument.');
  const { fields, rows } = await readOnly(databaseAddress(stateFolder(), service), query ?? listTables);
  console.log(
    table(
      fields.map((field) => field.name),
      rows.map((row) => row.map((cell, column) => sqlCell(cell, fields[column]?.dataTypeID ?? 0))),
    ),
  );
  if (!query) console.log(`\n${usage.trim()}`);
  return 0;
});

async function readOnly(
  url: string,
  query: string,
): Promise<{ fields: FieldDef[]; rows: (string | null)[][] }> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    options: '-c timezone=UTC -c datestyle=ISO -c bytea_output=hex',
    types: asWritten,
  });
  try {
    await client.connect();
    await client.query('begin read only');
    // The extended protocol takes one statement only: nothing can follow that ends the transaction first.
    const wish = { text: query, rowMode: 'array' as const, queryMode: 'extended' };
    const { fields, rows } = await client.query<(string | null)[]>(wish);
    return { fields: fields ?? [], rows: rows ?? [] };
  } catch (error) {
    throw new Failure(`Postgres says: ${(error as Error).message}`);
  } finally {
    await client.end();
  }
}
