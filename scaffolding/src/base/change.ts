import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '@repo/stack';
import { committedFiles } from './work-tree.ts';

/** Changes a text, or throws an AnchorMissing. */
export type Edit = (text: string) => string;

/** An edit did not find the place where it belongs, or found several. */
export class AnchorMissing extends Error {
  override name = 'AnchorMissing';
}

interface Planned {
  action: 'create' | 'edit' | 'move' | 'delete';
  path: string;
  /** Where a moved file was. */
  from?: string;
  text?: string;
}

/**
 * A change of the repository that is collected in memory first: `lines` shows it, `write` carries it out. All paths are
 * relative to the repository, with slashes. Reading returns a file as it is after the change.
 */
export interface Change {
  /** The paths of all files after the change, sorted. */
  files(): string[];
  has(path: string): boolean;
  read(path: string): string;
  /** @throws Failure when the file exists */
  create(path: string, text: string): void;
  /** @throws Failure that names the file and the anchor which an edit missed */
  edit(path: string, ...edits: Edit[]): void;
  /** Moves a file, or a folder with its files. */
  move(from: string, to: string): void;
  /** Deletes a file, or a folder with its files. */
  remove(path: string): void;
  /** One line for each file. */
  lines(): string[];
  write(): void;
}

export function openChange(root: string): Change {
  const planned = new Map<string, Planned>();
  const present = new Set(committedFiles(root));

  function read(path: string): string {
    const { text, from = path } = planned.get(path) ?? {};
    if (!present.has(path)) throw new Failure(`There is no file ${path}.`);
    return text ?? readFileSync(join(root, from), 'utf8');
  }

  const within = (path: string) =>
    present.has(path) ? [path] : [...present].filter((file) => file.startsWith(`${path}/`));

  function moveFile(from: string, to: string): void {
    if (present.has(to)) throw new Failure(`${from} cannot be moved: there is a file ${to} already.`);
    const { action = 'move', from: first = from, ...earlier } = planned.get(from) ?? {};
    planned.delete(from);
    present.delete(from);
    present.add(to);
    const moved = action === 'create' ? { action } : { action: 'move' as const, from: first };
    planned.set(to, { ...earlier, ...moved, path: to });
  }

  function removeFile(path: string): void {
    const { action, from = path } = planned.get(path) ?? {};
    planned.delete(path);
    present.delete(path);
    if (action !== 'create') planned.set(from, { action: 'delete', path: from });
  }

  return {
    files: () => [...present].sort(),
    has: (path) => present.has(path),
    read,
    create(path, text) {
      if (present.has(path) || (!planned.has(path) && existsSync(join(root, path))))
        throw new Failure(`There is a file ${path} already.`);
      const action = planned.has(path) ? 'edit' : 'create';
      planned.set(path, { action, path, text });
      present.add(path);
    },
    edit(path, ...edits) {
      const before = read(path);
      const text = edits.reduce((current, edit) => apply(edit, current, path), before);
      if (text !== before) planned.set(path, { action: 'edit', ...planned.get(path), path, text });
    },
    move(from, to) {
      for (const file of within(from)) moveFile(file, to + file.slice(from.length));
    },
    remove(path) {
      for (const file of within(path)) removeFile(file);
    },
    lines: () =>
      [...planned.values()]
        .sort((one, other) => (one.path < other.path ? -1 : 1))
        .map(({ action, path, from }) => `${action.padEnd(6)}  ${from ? `${from} -> ` : ''}${path}`),
    write: () => write(root, [...planned.values()]),
  };
}

function apply(edit: Edit, text: string, path: string): string {
  try {
    return edit(text);
  } catch (error) {
    if (error instanceof AnchorMissing) throw new Failure(`${path} cannot be edited: ${error.message}`);
    throw error;
  }
}

/** Deletions and moves come first: they make room for files of the same path. */
function write(root: string, planned: Planned[]): void {
  for (const { action, path } of planned) if (action === 'delete') rmSync(join(root, path));
  for (const { from, path } of planned) {
    if (!from) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    renameSync(join(root, from), join(root, path));
  }
  for (const { path, text } of planned) {
    if (text === undefined) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  for (const { action, path, from } of planned)
    if (from || action === 'delete') removeEmptyFolders(root, dirname(from ?? path));
}

/** Git knows no empty folders. What an installation left in a folder (`node_modules`) goes with its last file. */
function removeEmptyFolders(root: string, folder: string): void {
  const place = join(root, folder);
  if (folder === '.' || !existsSync(place)) return;
  const kept = globSync('**/*', { cwd: place, exclude: ['node_modules'] });
  if (kept.length > 0) return;
  rmSync(join(place, 'node_modules'), { recursive: true, force: true });
  rmdirSync(place);
  removeEmptyFolders(root, dirname(folder));
}
