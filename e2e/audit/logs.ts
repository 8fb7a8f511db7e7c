import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SECRETS } from '../workload/secrets.ts';

/** The logs of all processes but those that stand in for somebody else, by their names. */
export async function readLogs(folder: string): Promise<Map<string, string>> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.log') && !STAND_INS.test(file));
  const texts = files.map(async (file) => [file, await readFile(join(folder, file), 'utf8')] as const);
  return new Map(await Promise.all(texts));
}

/** What other people's systems log is theirs: a mailbox knows addresses. */
const STAND_INS = /^(mailbox|payment-provider|identity-provider)/;

/** What the services have told a person of. */
export function alarmsIn(logs: ReadonlyMap<string, string>): string[] {
  return [...logs.values()].flatMap((log) => log.split('\n').filter((line) => line.includes('"alarm":"')));
}

/** The secrets that stand in some texts, as sentences. */
export function leaksIn(texts: Iterable<readonly [where: string, text: string]>): string[] {
  const leaks = [...texts].flatMap(([where, text]) =>
    Object.entries(SECRETS)
      .filter(([, secret]) => text.includes(secret))
      .map(([what]) => `${where} holds ${what}.`),
  );
  return [...new Set(leaks)];
}
