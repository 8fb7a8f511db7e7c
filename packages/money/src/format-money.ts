import { minorUnitDigits } from './currency.ts';

/**
 * Writes an amount as people read it: `19999.00 HUF`, `1234 JPY`, `-0.05 EUR`. ISO 4217 decides the number of decimals.
 * The decimal point is set in text, so no amount is rounded.
 *
 * The function never throws: an amount of an unknown currency is written as `1234 minor units of ABC`.
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
  // Unlike a number, a bigint is never written with an exponent.
  const text = String(BigInt(Math.abs(minorUnits))).padStart(digits + 1, '0');
  if (digits === 0) return sign + text;
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
