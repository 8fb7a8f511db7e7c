// Edits of plain text, for `change.edit`. An anchor is a text, or a pattern, that the file holds exactly once; with
// `last: true` the last of several counts.

import { AnchorMissing, type Edit } from './change.ts';

type Anchor = string | RegExp;
type Options = { last?: boolean };

/** Inserts a text directly after the anchor. */
export function insertAfter(anchor: Anchor, addition: string, options: Options = {}): Edit {
  return (text) => {
    const { end } = findAnchor(text, anchor, options);
    return text.slice(0, end) + addition + text.slice(end);
  };
}

/** Inserts a text directly before the anchor. */
export function insertBefore(anchor: Anchor, addition: string, options: Options = {}): Edit {
  return (text) => {
    const { start } = findAnchor(text, anchor, options);
    return text.slice(0, start) + addition + text.slice(start);
  };
}

/** Replaces the anchor; in a replacement, `$1` has no special meaning. */
export function replace(anchor: Anchor, replacement: string, options: Options = {}): Edit {
  return (text) => {
    const { start, end } = findAnchor(text, anchor, options);
    return text.slice(0, start) + replacement + text.slice(end);
  };
}

/** Deletes the anchor. */
export const cut = (anchor: Anchor, options: Options = {}): Edit => replace(anchor, '', options);

/** Adds a text at the end. */
export const append =
  (addition: string): Edit =>
  (text) =>
    text + addition;

function findAnchor(text: string, anchor: Anchor, { last = false }: Options): { start: number; end: number } {
  const found = [...text.matchAll(asPattern(anchor))];
  const match = found.at(-1);
  const name = `the anchor ${anchor instanceof RegExp ? anchor : JSON.stringify(anchor)}`;
  if (!match) throw new AnchorMissing(`${name} is not in it.`);
  if (found.length > 1 && !last) throw new AnchorMissing(`${name} is in it ${found.length} times.`);
  return { start: match.index, end: match.index + match[0].length };
}

function asPattern(anchor: Anchor): RegExp {
  if (typeof anchor === 'string') return new RegExp(RegExp.escape(anchor), 'g');
  return new RegExp(anchor.source, anchor.flags.includes('g') ? anchor.flags : `${anchor.flags}g`);
}
