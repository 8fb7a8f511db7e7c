import { readConfig } from '@repo/config';
import { tryFor } from '@repo/polling';
import { z } from 'zod';
import { command } from '../cli/command.ts';
import { Failure, reasonOf } from '../failure.ts';
import { createServiceDatabase, databaseNames } from '../system/service-databases.ts';
import { serviceNames } from '../topology.ts';

const usage = `
node stack/src/containers/databases.ts

Creates the database of each service with its two roles, or brings existing ones into the same state. The addresses
contain the passwords of the roles: POSTGRES_URL (of a role that may create roles and databases), and for each service
NAME_DATABASE_URL and NAME_MIGRATOR_DATABASE_URL. Each may be given as a file: POSTGRES_URL_FILE.
`;

const variablesOf = (service: string) => ({
  app: `${service.toUpperCase()}_DATABASE_URL`,
  migrator: `${service.toUpperCase()}_MIGRATOR_DATABASE_URL`,
});
const urls = serviceNames.flatMap((service) => Object.values(variablesOf(service)));
const Env = z.object({
  POSTGRES_URL: z.url(),
  MIGRATE_WAIT_SECONDS: z.coerce.number().nonnegative().default(0),
  ...Object.fromEntries(urls.map((name) => [name, z.url()])),
});

await command(usage, {}, async () => {
  const env: Record<string, unknown> & z.output<typeof Env> = readConfig(Env, process.env);
  const passwordIn = (variable: string) => decodeURIComponent(new URL(String(env[variable])).password);
  for (const service of serviceNames) {
    const { app, migrator } = variablesOf(service);
    const wanted = {
      ...databaseNames(service),
      appPassword: passwordIn(app),
      migratorPassword: passwordIn(migrator),
      // The server belongs to this system alone.
      owner: { id: 'in containers', adopts: true },
    };
    await tryFor({ seconds: env.MIGRATE_WAIT_SECONDS }, () =>
      createServiceDatabase(env.POSTGRES_URL, wanted),
    ).catch((error: unknown) => {
      throw new Failure(`The database of ${service} could not be created: ${reasonOf(error)}.`);
    });
    console.log(`${service}: its database is ready`);
  }
  return 0;
});
