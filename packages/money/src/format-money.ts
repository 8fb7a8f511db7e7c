import { minorUnitDigits } from './currency.ts';

/**
 * Formats an amount for people: `19999.00 HUF`, `1234 JPY`, `-0.05 EUR`. ISO 4217 defines the number of decimals. The
 * decimal point is inserted into text, so no amount is rounded.
 *
 * The function never throws: an amount in an unknown currency is formatted as `1234 minor units of ABC`.
 *
 * @param minorUnits an integer: cents, fillér, fils
 * @param currency a code of ISO 4217
 */
export function formatMoney(minorUnits: number, currency: string): string {
  const digits = minorUnitDigits(currency);
  if (digits === undefined || !Number.isInteger(minorUnits))
    return `${minorUnits} minor units of ${currency}`;
  return `${withDecimalPoint(minorUnits, digits)} ${currency}`;
}

function withDecimalPoint(minorUnits: number, digits: number): string {
  const sign = minorUnits < 0 ? '-' : '';
  // A bigint, unlike a number, has no exponent as text.
  const text = String(BigInt(Math.abs(minorUnits))).padStart(digits + 1, '0');
  if (digits === 0) return sign + text;
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
