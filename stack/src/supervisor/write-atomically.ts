import { renameSync, writeFileSync } from 'node:fs';

/** Writes JSON that only this user may read, in one piece: who reads it sees the old one or the new one. */
export function writeAtomically(file: string, contents: unknown): void {
  writeFileSync(`${file}.part`, `${JSON.stringify(contents, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.part`, file);
}
