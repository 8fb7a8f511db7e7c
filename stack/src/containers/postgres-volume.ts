import { readdirSync } from 'node:fs';
import { Failure } from '../failure.ts';

/**
 * Postgres reads only the data of its own major version, and its image stores each in a folder of that name: a newer
 * image would start with empty databases, silently. Throws a Failure where there is data of another version.
 */
export function refuseOtherMajor(folder: string, major: string): void {
  const other = readdirSync(folder).find((name) => /^(\d+|data)$/.test(name) && name !== major);
  if (other === undefined) return;
  const version = other === 'data' ? 'a version before 18' : `version ${other}`;
  throw new Failure(
    `The volume of Postgres holds data of ${version}, and this is ${major}: move it with pg_dumpall (docs/deploy.md), or delete it with docker compose down -v.`,
  );
}
