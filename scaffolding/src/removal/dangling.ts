// References to files that are deleted: items of a kustomization, links, exports, scripts.

import { posix } from 'node:path';
import type { Change, Edit } from '../base/change.ts';

/** Whether a file refers to a file or a folder that is deleted. */
type IsMissing = (target: string) => boolean;

export function removeDangling(change: Change): void {
  const files = change.files();
  const places = new Set(files.flatMap(withFolders));
  const missingFrom =
    (path: string): IsMissing =>
    (target) =>
      !places.has(posix.normalize(posix.join(posix.dirname(path), target)).replace(/\/$/, ''));
  for (const path of files) {
    if (path.endsWith('/kustomization.yaml')) change.edit(path, withoutResources(missingFrom(path)));
    if (path.endsWith('.md')) change.edit(path, withoutLinks(missingFrom(path)));
    if (/^(e2e|demo|stack|load-tests|testing)\/.*\.ts$/.test(path))
      change.edit(path, withoutExports(missingFrom(path)));
  }
  change.edit('package.json', withoutScripts(missingFrom('package.json')));
}

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
        line.replaceAll(/\[([^\]]*)\]\(([^)\s]+)\)/g, (link, label: string, target: string) => {
          if (!isDead(target)) return link;
          return /^[\w./*-]+\.\w+$/.test(label) ? `\`${label}\`` : label;
        }),
      )
      .join('\n');
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
