import { type Database, openDatabase } from '@repo/postgres';
import type { Running } from '@repo/stack';
import { type ServiceName, serviceNames } from '@repo/stack/topology';

export type Databases = Record<ServiceName, Database>;

/** Opens the databases of all services as their administrator. */
export function openDatabases({ servers }: Running): Databases & { close(): Promise<void> } {
  const entries = serviceNames.map((name) => {
    const url = new URL(servers.postgres.url);
    url.pathname = `/${name}`;
    return [name, openDatabase({ url: url.href, name: 'audit', connections: 4 })] as const;
  });
  const databases = Object.fromEntries(entries) as Databases;
  return {
    ...databases,
    async close() {
      await Promise.all(serviceNames.map((name) => databases[name].close()));
    },
  };
}

/** Runs a query in every database, and returns the rows of all of them. */
export async function fromEach<Row>(
  databases: Databases,
  read: (database: Database, service: ServiceName) => Promise<Row[]>,
): Promise<Row[]> {
  return (await Promise.all(serviceNames.map((name) => read(databases[name], name)))).flat();
}
