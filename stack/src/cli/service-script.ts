import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { databaseAddress } from '../control/service-address.ts';
import { repository } from '../project.ts';
import { stateFolder } from '../supervisor/state-folder.ts';
import { type ServiceName, serviceNames } from '../topology.ts';

const folderOf = (service: ServiceName) => join(repository, 'services', service);

/** The services that have a script of this name next to their main.ts. */
export function servicesWith(script: string): ServiceName[] {
  return serviceNames.filter((service) => existsSync(join(folderOf(service), 'src', script)));
}

/** The command of a script of a service: in its folder, on its database. */
export function scriptOf(service: ServiceName, script: string) {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    DATABASE_URL: databaseAddress(stateFolder(), service),
  };
  return { command: join('src', script), options: { cwd: folderOf(service), env } };
}
