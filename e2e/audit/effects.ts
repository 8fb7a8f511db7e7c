import { sql } from '@repo/postgres';
import type { Effect } from '../invariants/evidence.ts';
import { type Databases, fromEach } from './databases.ts';

/** The effects of messages, in runs in which the services record them (e2e/fault-injection/observers.ts). */
export function readEffects(databases: Databases): Promise<Effect[]> {
  return fromEach(databases, async (database, service) => {
    const [table] = await database.query(sql<{ exists: boolean }>`
      select to_regclass('audit.effects') is not null as exists`);
    if (!table?.exists) return [];
    return database.query(sql<Effect>`
      select ${service} as service, message_id as "messageId",
        to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at
      from audit.effects
      order by at`);
  });
}
