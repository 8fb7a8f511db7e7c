import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files of one profile: `.tenfold/profiles/NAME-TIME.KIND`. Only this user may read them. */
export function openProfileFiles(dir: string, name: string, now = new Date()) {
  const folder = join(dir, 'profiles');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const time = now
    .toISOString()
    .replace(/\.\d+Z/, '')
    .replaceAll(/[-:]/g, '')
    .replace('T', '-');
  const path = (kind: string) => join(folder, `${name}-${time}.${kind}`);
  return {
    path,
    /** Returns the path of the file. */
    write(kind: string, contents: string): string {
      writeFileSync(path(kind), contents, { mode: 0o600, flag: 'wx' });
      return path(kind);
    },
  };
}

export type ProfileFiles = ReturnType<typeof openProfileFiles>;
