import { DatabaseError } from 'pg';
import { command, wrongUse } from '../cli/command.ts';
import { inSession } from '../clients/postgres-session.ts';
import { readRunning } from '../control/running.ts';
import { databaseAddress } from '../control/service-address.ts';
import { type Explanation, explainService } from '../explain/explain-service.ts';
import { explanationLines } from '../explain/explanation-lines.ts';
import { resetStatements } from '../explain/read-statements.ts';
import { Failure, reasonOf } from '../failure.ts';
import { stateFolder } from '../supervisor/state-folder.ts';
import { printableJson, printableLines } from '../text/printable.ts';
import { isService, type ServiceName, serviceNames } from '../topology.ts';

const usage = `
npm run explain [-- SERVICE] [--strict] [--json]
npm run explain [-- SERVICE] --reset

Explains the statements of a service's database, or of all: their calls, times and rows; the plans of the ten dearest, which
are run in a transaction that is rolled back; and what is wrong with tables and indexes. It creates the extension
pg_stat_statements where that is missing, and changes nothing else.

  SERVICE    ${serviceNames.join(', ')}
  --strict   ends with status 1 if there is a finding; a note is none
  --json     prints everything as JSON
  --reset    forgets the statements: they are counted from now on
`;

const options = {
  strict: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  reset: { type: 'boolean', default: false },
} as const;

await command(usage, options, async ({ values, positionals: [name, ...rest] }) => {
  if (rest.length > 0) throw wrongUse(usage, `Unknown argument "${rest[0]}".`);
  if (name !== undefined && !isService(name)) throw wrongUse(usage, `There is no service "${name}".`);
  if (values.reset && (values.strict || values.json)) throw wrongUse(usage, '--reset explains nothing.');
  const services = name === undefined ? serviceNames : [name];
  try {
    if (values.reset) return await reset(services);
    const explanations = await explainAll(services);
    if (values.json) console.log(printableJson(JSON.stringify(explanations, null, 2)));
    else for (const one of explanations) console.log(`${printableLines(explanationLines(one).join('\n'))}\n`);
    return values.strict && explanations.some(({ findings }) => findings.some(({ isNote }) => !isNote))
      ? 1
      : 0;
  } catch (error) {
    throw error instanceof Failure
      ? error
      : new Failure(`Postgres: ${error instanceof DatabaseError ? error.message : reasonOf(error)}`);
  }
});

async function explainAll(services: readonly ServiceName[]): Promise<Explanation[]> {
  const dir = stateFolder();
  const adminUrl = readRunning(dir).servers.postgres.url;
  const explanations: Explanation[] = [];
  for (const service of services)
    explanations.push(await explainService({ service, adminUrl, serviceUrl: databaseAddress(dir, service) }));
  return explanations;
}

async function reset(services: readonly ServiceName[]): Promise<number> {
  const adminUrl = readRunning(stateFolder()).servers.postgres.url;
  await inSession({ connectionString: adminUrl }, async (admin) => {
    for (const service of services) await resetStatements(admin, service);
  });
  console.log(`The statements of ${services.join(', ')} are counted from now on.`);
  return 0;
}
