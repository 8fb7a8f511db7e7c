import {
  closeSync,
  createReadStream,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Print, reasonOf } from '../failure.ts';
import { jsonObject } from '../text/printable.ts';
import type { Span } from './span.ts';
import { byStart } from './span-store.ts';

const SEGMENTS = 4;
const SEGMENT_BYTES = 16 * 1024 * 1024;
/** A trace of a hundred spans takes some 60 KB. */
export const KEPT_MB = (SEGMENTS * SEGMENT_BYTES) / 1024 / 1024;

const NAME = /^\d{8}\.jsonl$/;
const nameOf = (number: number) => `${String(number).padStart(8, '0')}.jsonl`;

/** The folder of the segments, in the state folder of a system. */
export const segmentFolder = (dir: string) => join(dir, 'spans');

/**
 * Keeps spans on disk, so that a trace is found when memory has forgotten it, and after a restart. A span is a line of
 * JSON. Lines are appended to the newest segment; a full one is followed by another, and the oldest is deleted. An error
 * of the disk ends this, and is printed; nothing else stops.
 */
export function openSpanSegments(
  folder: string,
  print: Print,
  { segments = SEGMENTS, bytes = SEGMENT_BYTES } = {},
) {
  let [file, size, number] = [-1, 0, 0];
  attempt(() => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    open(Number.parseInt(namesIn(folder).at(-1) ?? '1', 10));
    // The last line may have been cut off by a crash.
    if (size > 0) write('\n');
  });

  function attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      close();
      print(`spans are no longer kept in ${folder} (${reasonOf(error)})`);
    }
  }

  function open(next: number): void {
    close();
    number = next;
    file = openSync(join(folder, nameOf(number)), 'a', 0o600);
    size = fstatSync(file).size;
    for (const name of namesIn(folder).slice(0, -segments)) rmSync(join(folder, name));
  }

  function write(text: string): void {
    size += writeSync(file, text);
  }

  function close(): void {
    if (file >= 0) closeSync(file);
    file = -1;
  }

  return {
    append(spans: Span[]): void {
      if (file < 0 || spans.length === 0) return;
      attempt(() => {
        if (size >= bytes) open(number + 1);
        write(spans.map((span) => `${JSON.stringify(span)}\n`).join(''));
      });
    },
    close,
  };
}

/**
 * The spans of a trace in the segments of a folder, by their start. They are read line by line: only the lines of this
 * trace are parsed. A span that was exported twice comes once.
 */
export async function findSpans(folder: string, traceId: string): Promise<Span[]> {
  const found = new Map<string, Span>();
  // `traceId` is the first field of every line.
  const beginning = JSON.stringify({ traceId }).slice(0, -1);
  for (const name of namesIn(folder)) {
    for await (const line of linesOf(join(folder, name))) {
      const span = line.startsWith(beginning) ? (jsonObject(line) as Span | undefined) : undefined;
      if (span) found.set(span.spanId, span);
    }
  }
  return byStart([...found.values()]);
}

/** The segments, the oldest first. */
function namesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => NAME.test(name))
    .sort();
}

async function* linesOf(file: string): AsyncGenerator<string> {
  try {
    yield* createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    // It may just have been deleted as the oldest.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
