import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Keep } from './credential.ts';

/** Stores each credential as a folder of files. The folder is moved to its place when it is complete. */
export function keepInFolder(folder: string): Keep {
  return async (name, credential) => {
    const place = join(folder, name);
    if (existsSync(place)) return false;
    const part = join(folder, `${name}.part`);
    rmSync(part, { recursive: true, force: true });
    mkdirSync(part, { recursive: true });
    // Containers of several users read it, and each mounts this folder alone.
    for (const [file, text] of Object.entries(credential))
      writeFileSync(join(part, file), text, { mode: 0o444 });
    renameSync(part, place);
    return true;
  };
}
