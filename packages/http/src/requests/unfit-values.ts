/** Why Postgres, or the next reader, could not take a text; undefined for one that is fit. */
export function refusalOfText(text: string): string | undefined {
  if (text.includes('\0')) return 'holds the character U+0000';
  if (!text.isWellFormed()) return 'holds a lone surrogate';
  return undefined;
}

/**
 * Why a double cannot carry a number of a JSON text (RFC 8259, §6; RFC 7493, §2.2); undefined for one that is fit.
 * Beyond 2^53 - 1 not every integer has a double of its own, so that two of them would be taken for one; and every
 * double is an integer there, however it was written.
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
