import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openRunFolder } from '@repo/stack';

export const benchFolder = resolve(import.meta.dirname, '../../.tenfold-bench');
/** The result of the last run. */
export const latestFile = join(benchFolder, 'latest.json');

/** A fresh folder for this run, beside that of `npm start`. */
export function openBenchFolder() {
  return openRunFolder(benchFolder);
}

/** Writes the result, and answers where. */
export function writeResult(result: object): string {
  writeFileSync(latestFile, `${JSON.stringify(result, null, 2)}\n`);
  return latestFile;
}
