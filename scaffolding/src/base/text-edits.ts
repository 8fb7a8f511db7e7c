// Edits of plain text, for `change.edit`. An anchor is a text or a pattern that the file holds exactly once. With
// `which: 'last'` the last of several counts, with `which: 'all'` each of them.

import { AnchorMissing, type Edit } from './change.ts';

type Anchor = string | RegExp;
type Options = { which?: 'only' | 'last' | 'all' };

/** Inserts a text directly after the anchor. */
export const insertAfter = (anchor: Anchor, addition: string, options: Options = {}): Edit =>
  replace(anchor, (found) => found + addition, options);

/** Inserts a text directly before the anchor. */
export const insertBefore = (anchor: Anchor, addition: string, options: Options = {}): Edit =>
  replace(anchor, (found) => addition + found, options);

/** Deletes the anchor. */
export const cut = (anchor: Anchor, options: Options = {}): Edit => replace(anchor, '', options);

/** Replaces the anchor. `$1` has no special meaning in a replacement. */
export function replace(
  anchor: Anchor,
  replacement: string | ((found: string) => string),
  { which = 'only' }: Options = {},
): Edit {
  const replacementOf = typeof replacement === 'string' ? () => replacement : replacement;
  return (text) => {
    const found = findAnchors(text, anchor);
    if (found.length > 1 && which === 'only')
      throw new AnchorMissing(`${nameOf(anchor)} is in it ${found.length} times.`);
    return (which === 'all' ? found : found.slice(-1)).reduceRight(
      (current, { start, end }) =>
        current.slice(0, start) + replacementOf(current.slice(start, end)) + current.slice(end),
      text,
    );
  };
}

/** Inserts a text after an indented block: the line that is the anchor, and the lines below it that are indented more. */
export function insertAfterBlock(firstLine: string, addition: string): Edit {
  return (text) => {
    const { end } = findBlock(text, firstLine);
    return text.slice(0, end) + addition + text.slice(end);
  };
}

/** Adds a text at the end. */
export const append =
  (addition: string): Edit =>
  (text) =>
    text + addition;

type Place = { start: number; end: number };

function findAnchors(text: string, anchor: Anchor): Place[] {
  const source = typeof anchor === 'string' ? RegExp.escape(anchor) : anchor.source;
  const flags = typeof anchor === 'string' ? '' : anchor.flags.replace('g', '');
  const found = [...text.matchAll(new RegExp(source, `${flags}g`))];
  if (found.length === 0) throw new AnchorMissing(`${nameOf(anchor)} is not in it.`);
  return found.map(({ index, 0: { length } }) => ({ start: index, end: index + length }));
}

function findBlock(text: string, firstLine: string): Place {
  const indent = /^ */.exec(firstLine)?.[0] ?? '';
  const anchor = new RegExp(`^${RegExp.escape(firstLine)}\\n(?:\\n*${indent} +\\S.*\\n)*`, 'm');
  const found = findAnchors(text, anchor);
  if (found.length > 1) throw new AnchorMissing(`the line "${firstLine}" is in it ${found.length} times.`);
  return found[0] as Place;
}

const nameOf = (anchor: Anchor) => `the anchor ${anchor instanceof RegExp ? anchor : JSON.stringify(anchor)}`;
