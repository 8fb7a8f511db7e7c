// Blocks of lines: a first line, and the lines that belong to it by their brackets or by their indentation.

/** Removes each line that `isHead` accepts, with its block and the comment directly above it. */
export function withoutBlocks(text: string, isHead: (line: string) => boolean): string {
  const lines = text.split('\n');
  const kept: string[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] as string;
    if (line.trim() === '' || isComment(line) || !isHead(line)) {
      kept.push(line);
      continue;
    }
    while (isComment(kept.at(-1) ?? '') && indentOf(kept.at(-1) ?? '') === indentOf(line)) kept.pop();
    index = endOfBlock(lines, index);
  }
  return withoutDoubleBlanks(kept.join('\n'));
}

export const withoutDoubleBlanks = (text: string): string => text.replaceAll(/\n{3,}/g, '\n\n');

const indentOf = (line: string) => /^ */.exec(line)?.[0].length ?? 0;
const isComment = (line: string) => /^\s*(#|\/\/)/.test(line);

/** The index of the last line of a block. */
function endOfBlock(lines: string[], first: number): number {
  const head = lines[first] as string;
  if (openBrackets(head) > 0) {
    const length = lines
      .slice(first)
      .findIndex((_, index) => openBrackets(lines.slice(first, first + index + 1).join('\n')) <= 0);
    return first + Math.max(length, 0);
  }
  let last = first;
  for (let index = first + 1; index < lines.length; index++) {
    const line = lines[index] as string;
    if (line.trim() === '') continue;
    if (indentOf(line) <= indentOf(head)) break;
    last = index;
  }
  return last;
}

/** How many brackets and template literals of a text are not closed. */
export function openBrackets(text: string): number {
  const code = text.replaceAll(/'[^'\n]*'|"[^"\n]*"|`[^`]*`/g, '');
  const count = (pattern: RegExp) => code.match(pattern)?.length ?? 0;
  return count(/[([{]/g) - count(/[)\]}]/g) + (count(/`/g) % 2);
}
