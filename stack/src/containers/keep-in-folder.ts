import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Keep } from './credential.ts';

/** Keeps each credential as a folder of files. It is moved to its place when it is whole. */
export function keepInFolder(folder: string): Keep {
  return async (name, credential) => {
    const place = join(folder, name);
    if (existsSync(place)) return false;
    const part = join(folder, `${name}.part`);
    rmSync(part, { recursive: true, force: true });
    mkdirSync(part, { recursive: true });
    // Its readers are several users, each of whom is shown this folder alone.
    for (const [file, text] of Object.entries(credential))
      writeFileSync(join(part, file), text, { mode: 0o444 });
    renameSync(part, place);
    return true;
  };
}
