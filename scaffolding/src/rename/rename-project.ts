import { globSync } from 'node:fs';
import { Failure } from '@repo/stack';
import type { Change, Edit } from '../base/change.ts';
import { type ProjectFacts, respell } from './respell.ts';

const FACTS = 'packages/project/project.json';
/** Files that speak of the origin: the licence asks for its line, and the page shows how to follow the origin. */
const OF_THE_ORIGIN = ['LICENSE', 'docs/make-it-yours.md'];

/** Files with queries to Prometheus. */
const HAS_METRICS = /^(monitoring\/|docs\/(runbooks\/|dashboards|telemetry))/;

export const readFacts = (change: Change): ProjectFacts => JSON.parse(change.read(FACTS)) as ProjectFacts;

/** Writes the new name into every file, and into the names of files. */
export function renameProject(change: Change, to: ProjectFacts, holder: string): void {
  const from = readFacts(change);
  const rename = respell(from, to);
  for (const path of change.files()) {
    if (OF_THE_ORIGIN.includes(path) || isBinary(change.read(path))) continue;
    if (HAS_METRICS.test(path)) change.edit(path, withMetricsOf(from.name, to.name));
    change.edit(path, withoutWordplay(from.name), rename);
    if (rename(path) !== path) change.move(path, rename(path));
  }
  change.edit(FACTS, (text) => `${JSON.stringify({ ...JSON.parse(text), ...to }, null, 2)}\n`);
  change.edit('LICENSE', withHolder(holder));
  if (!change.read('README.md').includes('Made from ')) {
    change.edit('README.md', (text) => `${text.trimEnd()}\n\n${origin(from.title)}\n`);
  }
}

/** In the name of a metric, Prometheus has underscores for hyphens. */
function withMetricsOf(from: string, to: string): Edit {
  const [old, other] = [from, to].map((name) => `${name.replaceAll('-', '_')}_`) as [string, string];
  return (text) => text.replaceAll(new RegExp(`\\b${old}(?=[a-z])`, 'g'), other);
}

const isBinary = (text: string) => text.includes('\0');

const origin = (title: string) => `Made from ${title}. Its copyright line stays in the [licence](LICENSE).`;

/** A name that is also a word of English: sentences in which it is that word keep their meaning. */
const withoutWordplay =
  (name: string): Edit =>
  (text) =>
    text
      .replaceAll(
        `Its name is a question: *if traffic grew ${name}`,
        `Its question: *if traffic grew ${name}`,
      )
      .replaceAll(`traffic grew ${name}`, 'traffic grew ten times');

/** Below the copyright lines that are there: the MIT licence asks that they stay. */
function withHolder(holder: string): Edit {
  const line = `Copyright (c) ${new Date().getFullYear()} ${holder}`;
  return (text) => {
    if (text.includes(` ${holder}\n`)) return text;
    const lines = text.split('\n');
    const last = lines.findLastIndex((one) => one.startsWith('Copyright (c)'));
    return lines.toSpliced(last + 1, 0, line).join('\n');
  };
}

/** Folders of state bear the old name, and Git would no longer ignore them. */
export function refuseStateFolders(root: string, { name, title }: ProjectFacts): void {
  const folders = globSync(`.${name}{,-*}`, { cwd: root });
  if (folders.length === 0) return;
  throw new Failure(
    `${folders.sort().join(', ')} holds state of ${title}: end what runs, then npm run clean, and remove the rest by hand.`,
  );
}
