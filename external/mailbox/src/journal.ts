import { appendFileSync, closeSync, ftruncateSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * A file of JSON lines that survives a kill at any moment. A line counts once its newline is written; opening the file
 * truncates a torn last line. There is no fsync: written data survives the death of the process, and a stand-in need
 * not survive a power failure.
 */
export function openJournal<Line>(file: string) {
  mkdirSync(dirname(file), { recursive: true });
  const descriptor = openSync(file, 'a+', 0o600);
  const content = readFileSync(descriptor);
  let size = content.lastIndexOf('\n') + 1;
  ftruncateSync(descriptor, size);

  return {
    lines: parseLines<Line>(content.toString('utf8', 0, size), file),

    append(lines: Line[]) {
      const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      try {
        appendFileSync(descriptor, bytes);
        size += bytes.length;
      } catch (error) {
        // A full disk may have written half of it; the next line must not be appended to that half.
        ftruncateSync(descriptor, size);
        throw error;
      }
    },

    clear() {
      ftruncateSync(descriptor, 0);
      size = 0;
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
