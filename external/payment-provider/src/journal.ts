import { appendFileSync, closeSync, ftruncateSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * A file of JSON lines that survives a kill at any moment. A line counts once its newline is written; opening the file
 * truncates a torn last line. There is no fsync: written data survives the death of the process, and a stand-in need
 * not survive a power failure.
 *
 * Writing is synchronous on purpose: a caller that looks up a key and then appends is not interrupted between the two,
 * so two concurrent calls cannot both miss it.
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
        // A full disk may have written half a line; the next one must not be appended to it.
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
        throw new Error(`Line ${index + 1} of ${file} is not JSON: fix it, or remove the file.`);
      }
    });
}
