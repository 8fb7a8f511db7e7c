import * as dinero from 'dinero.js/currencies';

/**
 * For these currencies the library has a fifth as the minor unit, like their coins. ISO 4217 has two digits: List One of
 * 2026-01-01 (https://www.six-group.com/en/products-services/financial-information/data-standards.html).
 */
const CORRECTED_DIGITS = { MGA: 2, MRU: 2 };

/** Withdrawn codes that the library still lists. Amendment 180 of ISO 4217 withdrew BGN on 2026-01-01. */
const WITHDRAWN = new Set(['BGN']);

const DIGITS = new Map<string, number>([
  ...Object.values(dinero).map(({ code, exponent }) => [code, exponent] as const),
  ...Object.entries(CORRECTED_DIGITS),
]);

/**
 * Whether an amount can be in this currency: ISO 4217 lists the code, with a minor unit. Metals, units of account and the
 * codes for tests and for no currency (XAU, XDR, XTS, XXX) have none.
 */
export function isCurrency(code: string): boolean {
  return DIGITS.has(code) && !WITHDRAWN.has(code);
}

/** The number of decimal digits of a currency's minor unit; undefined for an unknown currency. */
export function minorUnitDigits(code: string): number | undefined {
  return DIGITS.get(code);
}
