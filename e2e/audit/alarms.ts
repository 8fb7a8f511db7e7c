import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the services have told a person of, as it stands in their logs. */
export async function readAlarms(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.log'));
  const logs = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return logs.flatMap((log) => log.split('\n').filter((line) => line.includes('"alarm":true')));
}
