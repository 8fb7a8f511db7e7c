// References to files that are deleted: items of a kustomization, links, exports, scripts.

import { posix } from 'node:path';
import type { Change, Edit } from '../base/change.ts';

/** Whether a file refers to a file or a folder that is deleted. */
type IsMissing = (target: string) => boolean;

export function removeDangling(change: Change): void {
  removeFromKustomizations(change);
  const { places, missingFrom } = placesOf(change);
  change.edit('package.json', withoutScripts(missingFrom('package.json')));
  const { scripts } = JSON.parse(change.read('package.json')) as { scripts: Record<string, string> };
  for (const path of change.files()) {
    if (path.endsWith('.md')) change.edit(path, withoutLinks(missingFrom(path)), withoutCommands(scripts));
    if (/^(docs\/.*|README)\.md$/.test(path)) change.edit(path, withoutNames([...places]));
    if (/^(e2e|demo|stack|load-tests|testing)\/.*\.ts$/.test(path))
      change.edit(path, withoutExports(missingFrom(path)));
  }
}

function placesOf(change: Change) {
  const places = new Set(change.files().flatMap(withFolders));
  const missingFrom =
    (path: string): IsMissing =>
    (target) =>
      !places.has(posix.normalize(posix.join(posix.dirname(path), target)).replace(/\/$/, ''));
  return { places, missingFrom };
}

/** A kustomization without an item cannot be built, and is removed too. */
function removeFromKustomizations(change: Change): void {
  const { missingFrom } = placesOf(change);
  const paths = change.files().filter((path) => path.endsWith('/kustomization.yaml'));
  for (const path of paths) change.edit(path, withoutResources(missingFrom(path)), withoutEmptyLists);
  const empty = paths.find((path) => !/^ *- /m.test(change.read(path)));
  if (!empty) return;
  change.remove(posix.dirname(empty));
  removeFromKustomizations(change);
}

const withoutEmptyLists: Edit = (text) =>
  text.replaceAll(/^(resources|components|patches):\n(?! *[-#])/gm, '');

/** `a/b/c.ts`: itself, `a/b`, `a`. */
function withFolders(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

const keepLines =
  (isKept: (line: string) => boolean): Edit =>
  (text) =>
    text.split('\n').filter(isKept).join('\n');

const withoutResources = (isMissing: IsMissing) =>
  keepLines((line) => {
    const [, path] = /^\s*- (?:path: )?((?:\.\.\/)+[\w/-]+|[\w./-]+\.yaml)$/.exec(line) ?? [];
    return !path || !isMissing(path);
  });

const withoutExports = (isMissing: IsMissing) =>
  keepLines((line) => {
    const [, path] = /^export .* from '(\.[^']+)';$/.exec(line) ?? [];
    return !path || !isMissing(path);
  });

/** A row of a table that is about a deleted page goes; any other link becomes its text. */
function withoutLinks(isMissing: IsMissing): Edit {
  const isDead = (target = '#') => !/^(\w+:|#)/.test(target) && isMissing(target.split('#')[0] as string);
  return (text) =>
    text
      .split('\n')
      .filter((line) => !isDead(/^\| ?\[[^\]]*\]\(([^)\s]+)\) ?\|/.exec(line)?.[1]))
      .map((line) =>
        line.replaceAll(/\[([^\]]*)\]\(([^)\s]+)\)/g, (link, label: string, target: string) =>
          isDead(target) ? label : link,
        ),
      )
      .join('\n');
}

/** Rows of a table about commands that are gone. */
const withoutCommands = (scripts: Record<string, string>) =>
  keepLines((line) => {
    const [, name] = /^\| `npm run ([\w:-]+)/.exec(line) ?? [];
    return !name || name in scripts;
  });

/** A file that is gone keeps its name in a sentence, without the style of code. */
function withoutNames(places: readonly string[]): Edit {
  const rooms = 'services|packages|external|stack|demo|testing|e2e|load-tests|gateway|k8s';
  const named = new RegExp(`\`((?:${rooms})/[\\w.*/-]+|[\\w*][\\w.*-]*\\.(?:ts|mjs|sql|cfg|yaml))\``, 'g');
  const exists = (name: string) => {
    const pattern = name.includes('/') ? name.replace(/\/$/, '') : `**/${name}`;
    return places.some((place) => posix.matchesGlob(place, pattern));
  };
  return (text) => text.replaceAll(named, (code, name: string) => (exists(name) ? code : name));
}

function withoutScripts(isMissing: IsMissing): Edit {
  return (text) => {
    const manifest = JSON.parse(text) as { scripts: Record<string, string> };
    const scripts = Object.entries(manifest.scripts).filter(([, script]) => {
      const [, file] = /^node run\.mjs (?:--servers )?([\w./-]+\.ts)/.exec(script) ?? [];
      return !file || !isMissing(file);
    });
    return `${JSON.stringify({ ...manifest, scripts: Object.fromEntries(scripts) }, null, 2)}\n`;
  };
}
