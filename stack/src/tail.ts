import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';

/** Reads a growing file line by line: each call answers the whole lines that have been added since the last. */
export function openTail<Line>(file: string, read: (line: string) => Line): { read(): Line[] } {
  let position = 0;
  let rest: Buffer = Buffer.alloc(0);

  function readOn(): Buffer {
    const handle = openSync(file, 'r');
    const { size } = fstatSync(handle);
    // A shorter file is another one: the old was set aside.
    if (size < position) position = 0;
    const added = Buffer.alloc(size - position);
    position += readSync(handle, added, 0, added.length, position);
    closeSync(handle);
    return added;
  }

  return {
    read() {
      if (!existsSync(file)) return [];
      const bytes = Buffer.concat([rest, readOn()]);
      const end = bytes.lastIndexOf('\n') + 1;
      rest = bytes.subarray(end);
      return bytes.subarray(0, end).toString().split('\n').filter(Boolean).map(read);
    },
  };
}
