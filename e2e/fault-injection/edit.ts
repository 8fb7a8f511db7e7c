/** A change to one file of the system, made while it is loaded: the file itself stays as it is. */
export interface Edit {
  /** From the root of the repository. */
  file: string;
  /** Occurs in the file exactly once. */
  find: string;
  replace: string;
}

/** @throws Error when the text does not occur in the source exactly once: then the edit is out of date. */
export function applyEdit(source: string, { file, find, replace }: Edit): string {
  const parts = source.split(find);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} places to edit: ${find}`);
  return parts.join(replace);
}

/** Inserts a line before another line, with the same indentation. */
export function insertBefore(file: string, line: string, added: string): Edit {
  const indent = /^ */.exec(line)?.[0] ?? '';
  return { file, find: line, replace: `${indent}${added}\n${line}` };
}
