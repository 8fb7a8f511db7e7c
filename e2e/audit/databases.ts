import { type Database, openDatabase } from '@repo/postgres';
import type { Running } from '@repo/stack';

const names = ['order', 'inventory', 'payment', 'notification'] as const;

export type Databases = Record<(typeof names)[number], Database>;

/** The databases of all services, as their administrator sees them. */
export function openDatabases({ servers }: Running): Databases & { close(): Promise<void> } {
  const entries = names.map((name) => {
    const url = new URL(servers.postgres.url);
    url.pathname = `/${name}`;
    return [name, openDatabase({ url: url.href, name: 'audit', connections: 4 })] as const;
  });
  const databases = Object.fromEntries(entries) as Databases;
  return {
    ...databases,
    async close() {
      await Promise.all(names.map((name) => databases[name].close()));
    },
  };
}
