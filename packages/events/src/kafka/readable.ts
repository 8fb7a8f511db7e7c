import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';

/** Invisible or misleading characters: control and format characters, unusual spaces, and the escape itself. */
const UNREADABLE = /(?:(?! )[\\\p{C}\p{Z}])+/u;
const EACH_UNREADABLE = new RegExp(UNREADABLE, 'gu');

const TAIL = '[\\x80-\\xbf]';
/** A run of ASCII or another UTF-8 character, as bytes in latin1 (RFC 3629, §4); or a byte that belongs to none. */
const EACH_CHARACTER = new RegExp(
  [
    '[\\x00-\\x7f]+',
    `[\\xc2-\\xdf]${TAIL}`,
    `(?:\\xe0[\\xa0-\\xbf]|[\\xe1-\\xec\\xee\\xef]${TAIL}|\\xed[\\x80-\\x9f])${TAIL}`,
    `(?:\\xf0[\\x90-\\xbf]|[\\xf1-\\xf3]${TAIL}|\\xf4[\\x80-\\x8f])${TAIL}{2}`,
    '[\\x80-\\xff]',
  ].join('|'),
  'g',
);

/**
 * Writes bytes as text that a person can read and that any text column can hold. Readable UTF-8 is not changed; each other
 * byte becomes `\xHH`, and a backslash `\\`. So no two sequences of bytes have the same text.
 */
export function readableBytes(bytes: Buffer): string {
  if (isUtf8(bytes)) return readableText(bytes.toString());
  return bytes.toString('latin1').replace(EACH_CHARACTER, readableCharacter);
}

/** As `readableBytes`, for text; a lone surrogate counts as U+FFFD. */
export function readableText(text: string): string {
  return UNREADABLE.test(text) ? text.replace(EACH_UNREADABLE, escaped) : text;
}

function readableCharacter(latin1: string): string {
  const isAlone = latin1.length === 1 && latin1 >= '\x80';
  return isAlone
    ? (ESCAPES[latin1.charCodeAt(0)] as string)
    : readableText(Buffer.from(latin1, 'latin1').toString());
}

/** Each byte escaped, in a table: a consumer waits while a megabyte of them is written. */
const ESCAPES = Array.from({ length: 256 }, (_, byte) =>
  byte === 0x5c ? '\\\\' : `\\x${byte.toString(16).padStart(2, '0')}`,
);

function escaped(characters: string): string {
  return Array.from(Buffer.from(characters), (byte) => ESCAPES[byte]).join('');
}

const LONGEST_NAME = 255;
const SHOWN_OF_LONGER = 160;

/**
 * A readable text as a bounded name: the text itself if it is short, else its beginning with a digest of the whole. A name
 * fits into an index, a log line and a table. Different texts have different names: no readable text has a backslash
 * before a point.
 */
export function boundedName(readable: string): string {
  if (readable.length <= LONGEST_NAME) return readable;
  const digest = createHash('sha256').update(readable).digest('hex').slice(0, 32);
  return `${readable.slice(0, SHOWN_OF_LONGER).toWellFormed()}\\... (${readable.length} characters, sha256 ${digest})`;
}
