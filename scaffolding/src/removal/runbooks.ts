import type { Change } from '../base/change.ts';
import { removeAlarm } from './monitoring.ts';

/** Removes the alerts of alarms that no other code raises, and their pages. To be called before the services are removed. */
export function removeRunbooks(change: Change, names: readonly string[]): void {
  const sources = change
    .files()
    .filter((path) => /^(services|packages)\/.*\.ts$/.test(path) && !path.endsWith('.test.ts'));
  const isGone = (path: string) => names.some((name) => path.startsWith(`services/${name}/`));
  const raisedIn = (paths: string[]) =>
    new Set(
      paths.flatMap((path) =>
        [...change.read(path).matchAll(/\balarm\(\s*'([a-z-]+)',/g)].map(([, code]) => code),
      ),
    );
  const kept = raisedIn(sources.filter((path) => !isGone(path)));
  for (const code of raisedIn(sources.filter(isGone))) {
    if (!code || kept.has(code)) continue;
    change.remove(`docs/runbooks/${code}.md`);
    removeAlarm(change, code);
  }
}
