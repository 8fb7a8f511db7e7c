import { minorUnitDigits } from './currency.ts';

/**
 * An amount as people read it: `19999.00 HUF`, `1234 JPY`, `-0.05 EUR`. The digits are those of ISO 4217, and are moved
 * as text, so no amount is rounded.
 *
 * It never throws. Where the size of the minor unit is not known, the amount is shown as it is, and called what it is:
 * `1234 minor units of ABC`.
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
