import { readableText } from '@repo/events';
import { printableJson } from './printable.ts';

/** Types of Postgres by their object ids (pg_type.dat). */
const BOOL = 16;
const BYTEA = 17;
const JSON_TYPES = [114, 3802];
const TIMESTAMPTZ = 1184;

/** Keeps every value as Postgres writes it: JavaScript has no BC, no infinite time, and no integer of 64 bits. */
export const asWritten = { getTypeParser: () => (text: string) => text };

/** A value, as Postgres writes it in UTC, on one line: JSON and bytes as such, other text with odd characters escaped. */
export function sqlCell(text: string | null, type: number): string | null {
  if (text === null) return null;
  if (type === BOOL) return text === 't' ? 'true' : 'false';
  if (type === BYTEA) return text;
  if (JSON_TYPES.includes(type)) return printableJson(text.replace(/[\n\r\t]+[ \n\r\t]*/g, ' '));
  if (type === TIMESTAMPTZ) return inIso(text);
  return readableText(text);
}

/** `2026-01-02 03:04:05+00` in ISO 8601; `infinity` and times BC stay unchanged. */
function inIso(text: string): string {
  const [, day, time, fraction = '.'] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d+)?\+00$/.exec(text) ?? [];
  return day ? `${day}T${time}${fraction.padEnd(4, '0')}Z` : text;
}
