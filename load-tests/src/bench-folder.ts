import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openRunFolder } from '@tenfold/stack';

const folder = resolve(import.meta.dirname, '../../.tenfold-bench');

/** A fresh folder for this run, beside that of `npm start`. */
export async function openBenchFolder() {
  return {
    ...(await openRunFolder(folder)),
    /** Writes the result, and answers where. */
    write(result: object): string {
      const file = join(folder, 'latest.json');
      writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
      return file;
    },
  };
}
