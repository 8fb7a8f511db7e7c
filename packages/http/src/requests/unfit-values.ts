/** The reason why Postgres, or the next reader, cannot process a text; undefined if they can. */
export function refusalOfText(text: string): string | undefined {
  if (text.includes('\0')) return 'contains the character U+0000';
  if (!text.isWellFormed()) return 'contains a lone surrogate';
  return undefined;
}

/**
 * The reason why a double cannot represent a number of a JSON text (RFC 8259, §6; RFC 7493, §2.2); undefined if it can.
 * Beyond 2^53 - 1 two different integers may have the same double; and every double is an integer there, however it was
 * written.
 *
 * @param value as it was parsed
 * @param source as it was written
 */
export function refusalOfNumber(value: number, source: string): string | undefined {
  if (!Number.isFinite(value)) return 'is too large a number';
  if (value === 0) return digitsOf(source) === '' ? undefined : 'is too small a number: it would become 0';
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return undefined;
  return 'is beyond 2^53 - 1, so it cannot be carried exactly; send it as a string';
}

/** The significant digits of a number: without sign, point, exponent, and the zeros at both ends. */
function digitsOf(source: string): string {
  const [mantissa = ''] = source.split(/e/i);
  return mantissa.replace(/[-.]/g, '').replace(/^0+|0+$/g, '');
}
