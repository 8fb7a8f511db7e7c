import type { Change } from '../base/change.ts';

const DEFINED =
  /\b(?:counter|gauge|histogram|observedCounter)(?:<[^>]*>)?\(\{\s*name: (?:ownName\()?'([\w.]+)'/g;

/** The instruments that no other code defines, as Prometheus has them, without the name of the project. */
export function instrumentsOnlyOf(change: Change, names: readonly string[]): string[] {
  const isGone = (path: string) => names.some((name) => path.startsWith(`services/${name}/`));
  const sources = change.files().filter((path) => /^(services|packages)\/[^/]+\/src\/.*\.ts$/.test(path));
  const definedIn = (paths: string[]) =>
    new Set(paths.flatMap((path) => [...change.read(path).matchAll(DEFINED)].map(([, name = '']) => name)));
  const kept = definedIn(sources.filter((path) => !isGone(path)));
  const gone = definedIn(sources.filter(isGone)).difference(kept);
  return [...gone].map((name) => name.replaceAll('.', '_'));
}

/** Removes the alert of an alarm. */
export function removeAlarm(change: Change, code: string): void {
  const entry = new RegExp(`^ {2}\\{\\n {4}code: '${code}',\\n(?: {4}.*\\n)* {2}\\},\\n`, 'm');
  for (const path of codeOfMonitoring(change)) change.edit(path, (text) => text.replace(entry, ''));
}

/** The lines of alerts, their cases and drills, and of panels, that name a process, or read one of these instruments. */
export function monitoringOf(
  change: Change,
  processes: readonly string[],
  instruments: readonly string[],
): string[] {
  const parts = [`['"](?:${processes.join('|')})['"]`, ...instruments.map((name) => `\\}_${name}`)];
  const named = new RegExp(parts.join('|'));
  const drills = change.files().filter((path) => /^e2e\/monitoring\/.*\.ts$/.test(path));
  return [...codeOfMonitoring(change), ...drills].flatMap((path) =>
    change
      .read(path)
      .split('\n')
      .flatMap((line, index) => (named.test(line) ? `${path}:${index + 1}  ${line.trim()}` : [])),
  );
}

const codeOfMonitoring = (change: Change) =>
  change.files().filter((path) => /^monitoring\/src\/.*\.ts$/.test(path));
