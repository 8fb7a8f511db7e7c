import { type Queryable, sql } from '@repo/postgres';
import type { DeadLetter, Effect } from '../invariants/evidence.ts';
import type { Databases } from './databases.ts';

/** The dead letters of all services, and the words in which they tell of themselves. */
export async function readDeadLetters(databases: Databases): Promise<(DeadLetter & { text: string })[]> {
  return fromEach(databases, (database, service) =>
    database.query(sql<DeadLetter & { text: string }>`
      select ${service} as service, kind, aggregate as key,
        concat_ws(' ', headers::text, error, encode(value, 'escape')) as text
      from dead_letters
      order by position`),
  );
}

/**
 * Which messages have had their effect, in runs in which the services take note of it (e2e/fault-injection/observers.ts).
 */
export async function readEffects(databases: Databases): Promise<Effect[]> {
  return fromEach(databases, async (database, service) => {
    const [table] = await database.query(sql<{ isThere: boolean }>`
      select to_regclass('audit.effects') is not null as "isThere"`);
    if (!table?.isThere) return [];
    return database.query(sql<Effect>`
      select ${service} as service, message_id as "messageId",
        to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at
      from audit.effects
      order by at`);
  });
}

async function fromEach<Row>(
  databases: Databases,
  read: (database: Queryable, service: string) => Promise<Row[]>,
): Promise<Row[]> {
  const names = ['order', 'inventory', 'payment', 'notification'] as const;
  return (await Promise.all(names.map((name) => read(databases[name], name)))).flat();
}
