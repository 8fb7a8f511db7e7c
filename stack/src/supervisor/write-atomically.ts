import { renameSync, writeFileSync } from 'node:fs';

/** Writes JSON that only this user may read, by a rename: a reader sees the old contents or the new ones. */
export function writeAtomically(file: string, contents: unknown): void {
  writeFileSync(`${file}.part`, `${JSON.stringify(contents, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.part`, file);
}
