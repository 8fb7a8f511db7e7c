import { z } from 'zod';

// The forms of fields that several events, and requests about them, have.

/** Any UUID: ours are of version 7, those of customers are of any version that their identity provider uses. */
export const id = z.guid();
export const version = z.int().positive();
export const cents = z.int().nonnegative();
export const currency = z.string().regex(/^[A-Z]{3}$/);
export const instant = z.iso.datetime();
export const sku = z.string().regex(/^[A-Z0-9][A-Z0-9-]{0,63}$/, 'A sku has 1 to 64 of A-Z, 0-9 and -.');
export const orderedLines = z.array(z.object({ sku, quantity: z.int().positive() })).min(1);
