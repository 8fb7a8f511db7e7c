import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';

const CHUNK = 1024 * 1024;
/** A longer line is cut; no part of the system writes one. */
const LONGEST_LINE = 1024 * 1024;
const NEWLINE = 0x0a;

/** Reads a growing file line by line: each call returns the whole lines that have been added since the last. */
export function openTail<Line>(file: string, read: (line: string) => Line): { read(): Line[] } {
  let position = 0;
  let cutter = openLineCutter();

  return {
    read() {
      if (!existsSync(file)) return [];
      const lines: Line[] = [];
      const handle = openSync(file, 'r');
      try {
        const { size } = fstatSync(handle);
        // A shorter file is a new one: the old one was renamed.
        if (size < position) [position, cutter] = [0, openLineCutter()];
        while (position < size) {
          const chunk = Buffer.alloc(Math.min(CHUNK, size - position));
          const count = readSync(handle, chunk, 0, chunk.length, position);
          if (count === 0) break;
          position += count;
          for (const line of cutter.cut(chunk.subarray(0, count))) lines.push(read(line));
        }
      } finally {
        closeSync(handle);
      }
      return lines;
    },
  };
}

/** Cuts bytes into lines; the rest after the last line end waits for the next bytes. */
function openLineCutter() {
  let parts: Buffer[] = [];
  let length = 0;

  function keep(part: Buffer): void {
    if (length < LONGEST_LINE) parts.push(part.subarray(0, LONGEST_LINE - length));
    length += part.length;
  }

  function flush(): string {
    const line = Buffer.concat(parts).toString();
    [parts, length] = [[], 0];
    return line;
  }

  return {
    cut(bytes: Buffer): string[] {
      const lines: string[] = [];
      let start = 0;
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
        keep(bytes.subarray(start, end));
        start = end + 1;
        lines.push(flush());
      }
      keep(bytes.subarray(start));
      return lines.filter((line) => line !== '');
    },
  };
}
