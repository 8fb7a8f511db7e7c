import { appendFileSync, closeSync, ftruncateSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * A file of JSON lines that survives a kill at any moment. A line counts once its newline is written, so what a
 * kill tore off is cut away when the file is opened again. Nothing is fsynced: the operating system keeps what
 * it was given when a process dies, and losing power is not what a stand-in has to survive.
 *
 * Writing is synchronous on purpose: whoever looks something up and then appends cannot be interrupted between
 * the two, so two calls at once cannot both find nothing.
 */
export function openJournal<Line>(file: string) {
  mkdirSync(dirname(file), { recursive: true });
  const descriptor = openSync(file, 'a+', 0o600);
  const content = readFileSync(descriptor);
  let size = content.lastIndexOf('\n') + 1;
  ftruncateSync(descriptor, size);

  return {
    lines: parseLines<Line>(content.toString('utf8', 0, size), file),

    append(line: Line) {
      const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
      try {
        appendFileSync(descriptor, bytes);
        size += bytes.length;
      } catch (error) {
        // A full disk may have taken half a line; the next one must not be glued to it.
        ftruncateSync(descriptor, size);
        throw error;
      }
    },

    close: () => closeSync(descriptor),
  };
}

function parseLines<Line>(text: string, file: string): Line[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => {
      try {
        return JSON.parse(line) as Line;
      } catch {
        throw new Error(`Line ${index + 1} of ${file} is no JSON: mend it, or remove the file.`);
      }
    });
}
