import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openRunFolder } from '@repo/stack';

export const benchFolder = resolve(import.meta.dirname, '../../.tenfold-bench');
/** The result of the last run. */
export const latestFile = join(benchFolder, 'latest.json');

/** A new folder for this run, separate from that of `npm start`. */
export function openBenchFolder() {
  return openRunFolder(benchFolder);
}

/** Writes the result and returns its path. */
export function writeResult(result: object): string {
  writeFileSync(latestFile, `${JSON.stringify(result, null, 2)}\n`);
  return latestFile;
}
