import { readdirSync } from 'node:fs';
import { Failure } from '../failure.ts';

/**
 * Postgres reads only the data of its own major version, and its image keeps each in a folder of that name: a newer
 * image would begin with empty databases, silently. Throws a Failure where other data is there.
 */
export function refuseOtherMajor(folder: string, major: string): void {
  const other = readdirSync(folder).find((name) => /^(\d+|data)$/.test(name) && name !== major);
  if (other === undefined) return;
  const version = other === 'data' ? 'a version before 18' : `version ${other}`;
  throw new Failure(
    `The volume of Postgres holds data of ${version}, and this is ${major}: carry it over with pg_dumpall (docs/deploy.md), or forget it with docker compose down -v.`,
  );
}
