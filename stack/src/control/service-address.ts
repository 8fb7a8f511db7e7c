import { keptSecret } from '../supervisor/state-folder.ts';
import type { ServiceName } from '../topology.ts';
import { readRunning } from './running.ts';

/** The address of a service's database, as the role of the service: it can connect to this database and to no other. */
export function databaseAddress(dir: string, service: ServiceName): string {
  const url = new URL(readRunning(dir).servers.postgres.url);
  url.pathname = `/${service}`;
  url.username = `${service}_app`;
  url.password = keptSecret(dir, url.username);
  return url.href;
}
