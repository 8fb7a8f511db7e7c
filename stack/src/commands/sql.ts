import { command, wrongUse } from '../cli/command.ts';
import { readOnly } from '../clients/read-only.ts';
import { databaseAddress } from '../control/service-address.ts';
import { stateFolder } from '../supervisor/state-folder.ts';
import { sqlCell } from '../text/sql-cells.ts';
import { table } from '../text/table.ts';
import { isService, serviceNames } from '../topology.ts';

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
    throw wrongUse(usage, service ? `There is no service "${service}".` : 'A service is missing.');
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
