import { randomBytes } from 'node:crypto';
import { command } from '../cli/command.ts';
import { Failure } from '../failure.ts';
import { databaseNames } from '../system/service-databases.ts';
import { serviceNames } from '../topology.ts';
import type { Credential, Keep } from './credential.ts';
import { keepInFolder } from './keep-in-folder.ts';
import { keepInKubernetes } from './keep-in-kubernetes.ts';
import { refuseOtherMajor } from './postgres-volume.ts';

const usage = `
node stack/src/containers/credentials.ts (--folder DIR | --kubernetes) [--postgres-data DIR]

Creates the passwords of the databases, once: existing ones stay unchanged. Each credential is a folder or a Secret of
its own, so that a process gets its own and no other.

  --folder         stores them as files: DIR/order-database/url
  --kubernetes     stores them as Secrets in the namespace of this pod
  --postgres-data  refuses data of another major version of Postgres in this folder
`;

const options = {
  folder: { type: 'string' },
  kubernetes: { type: 'boolean', default: false },
  'postgres-data': { type: 'string' },
} as const;

const postgresHost = 'postgres:5432';

await command(usage, options, async ({ values }) => {
  const keep = keeperOf(values);
  if (values['postgres-data']) refuseOtherMajor(values['postgres-data'], process.env.POSTGRES_MAJOR ?? '');
  const made: string[] = [];
  for (const [name, credential] of credentials()) if (await keep(name, credential)) made.push(name);
  if (made.length > 0) console.log(`Passwords were created: ${made.join(', ')}.`);
  return 0;
});

function keeperOf({ folder, kubernetes }: { folder?: string | undefined; kubernetes: boolean }): Keep {
  if (folder && !kubernetes) return keepInFolder(folder);
  if (kubernetes && !folder) return keepInKubernetes();
  throw new Failure('A place is missing: --folder DIR or --kubernetes.');
}

/** One credential for the administrator, and for each service one of its migrator and one of its app role. */
function credentials(): [name: string, Credential][] {
  const of = (role: string, database: string): Credential => {
    const password = randomBytes(24).toString('base64url');
    return { password, url: `postgres://${role}:${password}@${postgresHost}/${database}` };
  };
  return [
    ['postgres', of('postgres', 'postgres')],
    ...serviceNames.flatMap((service): [string, Credential][] => {
      const { database, migratorRole, appRole } = databaseNames(service);
      return [
        [`${service}-migrator`, of(migratorRole, database)],
        [`${service}-database`, of(appRole, database)],
      ];
    }),
  ];
}
