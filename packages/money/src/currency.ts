import * as dinero from 'dinero.js/currencies';

/**
 * The library counts a fifth of these as their minor unit, as their coins do. ISO 4217 gives two digits: List One of
 * 2026-01-01 (https://www.six-group.com/en/products-services/financial-information/data-standards.html).
 */
const CORRECTED_DIGITS = { MGA: 2, MRU: 2 };

/** Codes that the library still lists. Amendment 180 of ISO 4217 withdrew BGN on 2026-01-01. */
const WITHDRAWN = new Set(['BGN']);

const DIGITS = new Map<string, number>([
  ...Object.values(dinero).map(({ code, exponent }) => [code, exponent] as const),
  ...Object.entries(CORRECTED_DIGITS),
]);

/**
 * Whether an amount can be given in this currency: ISO 4217 has the code today, and with a minor unit. Metals, units of
 * account and the codes for tests and for no currency (XAU, XDR, XTS, XXX) have none.
 */
export function isCurrency(code: string): boolean {
  return DIGITS.has(code) && !WITHDRAWN.has(code);
}

/** How many decimal digits the minor unit of a currency is; undefined where that is not known. */
export function minorUnitDigits(code: string): number | undefined {
  return DIGITS.get(code);
}
