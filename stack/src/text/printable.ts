// It imports no package: npm run fetch runs before packages are installed.

/** Characters that move the cursor, end a line, change the direction of text or are invisible; an ordinary space is allowed. */
const UNPRINTABLE = /(?! )[\p{C}\p{Z}]/gu;
const UNPRINTABLE_BUT_NEWLINE = /(?![ \n])[\p{C}\p{Z}]/gu;

/** The most characters of data that one line, or one cell of a table, shows. */
export const LONGEST_SHOWN = 16 * 1024;

/** Any text on one line of a terminal: each unprintable character becomes its UTF-8 bytes as `\xHH`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, inBytes);
}

/** As `printable`, for a text of several lines. */
export function printableLines(text: string): string {
  return text.replace(UNPRINTABLE_BUT_NEWLINE, inBytes);
}

/** As `printableLines`, for JSON: it stays the same JSON, because each unprintable character becomes `\uHHHH`. */
export function printableJson(json: string): string {
  return json.replace(UNPRINTABLE_BUT_NEWLINE, inCodeUnits);
}

/** The beginning of a long text, with the length of the whole. */
export function shortened(text: string, limit = LONGEST_SHOWN, whole = `${text.length} characters`): string {
  return text.length > limit ? `${text.slice(0, limit).toWellFormed()}… (${whole})` : text;
}

/** A value as JSON on one line. JSON.parse reads any depth; JSON.stringify does not write it. */
export function jsonLine(value: unknown): string {
  try {
    return printableJson(JSON.stringify(value) ?? '');
  } catch (error) {
    if (error instanceof RangeError) return '(nested too deeply to be shown)';
    throw error;
  }
}

/** Any value that JSON can hold, as text on one line; the text is empty for null. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? jsonLine(value) : printable(String(value));
}

/** The object in a text of JSON; undefined for everything else. */
export function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function inBytes(character: string): string {
  return Array.from(Buffer.from(character), (byte) => `\\x${hex(byte, 2)}`).join('');
}

function inCodeUnits(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${hex(unit.charCodeAt(0), 4)}`)
    .join('');
}

function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, '0');
}
