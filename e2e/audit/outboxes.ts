import { sql } from '@repo/postgres';
import { serviceNames, services } from '@repo/stack/topology';
import type { Databases } from './databases.ts';

/** The services that own a topic, and so have an outbox. */
const publishers = serviceNames.filter((service) => services[service].publishes.length > 0);

/** The number of unpublished events of each service. */
export async function readOutboxes(databases: Databases): Promise<Record<string, number>> {
  const entries = publishers.map(async (service) => {
    const [row] = await databases[service].query(
      sql<{ count: number }>`select count(*) as count from outbox`,
    );
    return [service, row?.count ?? 0] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** The number of unpublished events of each service, and how many it has written since its beginning. */
export async function readOutboxPositions(databases: Databases) {
  const positions = publishers.map(async (service) => {
    const [row] = await databases[service].query(sql<{ waiting: number; written: number }>`
      select (select count(*) from outbox) as waiting, last_value as written
      from outbox_position_seq`);
    return { service, waiting: row?.waiting ?? 0, written: row?.written ?? 0 };
  });
  return Promise.all(positions);
}
