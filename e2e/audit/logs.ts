import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { standInNames } from '@repo/stack/topology';
import { SECRETS } from '../workload/secrets.ts';

/** The logs of all processes, by their file names. Those of stand-ins are left out: a mailbox may log addresses. */
export async function readLogs(folder: string): Promise<Map<string, string>> {
  const isStandIn = (file: string) => standInNames.some((name) => file.startsWith(name));
  const files = (await readdir(folder)).filter((file) => file.endsWith('.log') && !isStandIn(file));
  const texts = files.map(async (file) => [file, await readFile(join(folder, file), 'utf8')] as const);
  return new Map(await Promise.all(texts));
}

/** The lines of the logs that raise an alarm. */
export function alarmsIn(logs: ReadonlyMap<string, string>): string[] {
  return [...logs.values()].flatMap((log) => log.split('\n').filter((line) => line.includes('"alarm":"')));
}

/** The secrets in some texts, as sentences. */
export function leaksIn(texts: Iterable<readonly [where: string, text: string]>): string[] {
  const leaks = [...texts].flatMap(([where, text]) =>
    Object.entries(SECRETS)
      .filter(([, secret]) => text.includes(secret))
      .map(([name]) => `${where} holds ${name}.`),
  );
  return [...new Set(leaks)];
}
