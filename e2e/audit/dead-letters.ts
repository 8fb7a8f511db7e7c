import { sql } from '@repo/postgres';
import type { DeadLetter } from '../invariants/evidence.ts';
import { type Databases, fromEach } from './databases.ts';

/** The dead letters of all services, each with the text of its headers, its error and its value. */
export function readDeadLetters(databases: Databases): Promise<(DeadLetter & { text: string })[]> {
  return fromEach(databases, (database, service) =>
    database.query(sql<DeadLetter & { text: string }>`
      select ${service} as service, kind, aggregate as key,
        concat_ws(' ', headers::text, error, encode(value, 'escape')) as text
      from dead_letters
      order by position`),
  );
}
