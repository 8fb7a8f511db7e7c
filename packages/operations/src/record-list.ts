import { createInterface } from 'node:readline';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';

/** A record that one service lists for others, which compare it with their own data. `id` is a UUID. */
export interface ListedRecord {
  id: string;
}

// The last line of a list: without it, a list that broke off would look complete.
const End = z.object({ end: z.literal(true) });

/** The records of a list: their name in the plural, and their form. */
export interface RecordKind<Listed extends ListedRecord> {
  name: string;
  schema: z.ZodType<Listed>;
}

/** Consecutive records: all records with ids after `after`, up to and including `upTo`. */
export interface RecordPage<Listed extends ListedRecord> {
  records: Listed[];
  after: string;
  upTo: string;
}

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';
const AFTER_ALL = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const PAGE = 500;

/** Writes records, sorted by id, as lines of JSON, no faster than they are read. */
export async function writeRecords(records: AsyncIterable<ListedRecord>, output: Writable): Promise<void> {
  await pipeline(Readable.from(lines(records)), output);
}

async function* lines(records: AsyncIterable<ListedRecord>): AsyncGenerator<string> {
  for await (const record of records) yield `${JSON.stringify(record)}\n`;
  yield `${JSON.stringify({ end: true } satisfies z.infer<typeof End>)}\n`;
}

/**
 * Reads the list that `writeRecords` has written, page by page. The last page reaches to the end of all ids, and may be
 * empty.
 *
 * @throws Error when the list breaks off, or a line is no record
 */
export async function* readRecords<Listed extends ListedRecord>(
  input: Readable,
  { name, schema }: RecordKind<Listed>,
  size = PAGE,
): AsyncGenerator<RecordPage<Listed>> {
  const Line = z.union([schema, End]);
  let after = BEFORE_ALL;
  let records: Listed[] = [];
  for await (const text of createInterface({ input })) {
    const line = Line.parse(JSON.parse(text));
    if ('end' in line) {
      yield { records, after, upTo: AFTER_ALL };
      return;
    }
    records.push(line);
    if (records.length < size) continue;
    yield { records, after, upTo: line.id };
    [after, records] = [line.id, []];
  }
  throw new Error(`The list of ${name} breaks off.`);
}
