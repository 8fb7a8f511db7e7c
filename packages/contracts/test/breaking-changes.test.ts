import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { breakingChanges, type Schema } from './breaking-changes.ts';

const fields = {
  orderId: z.guid(),
  totalCents: z.int().nonnegative(),
  reason: z.enum(['customer', 'deadline']),
  note: z.string().optional(),
  lines: z.array(z.object({ sku: z.string(), quantity: z.int().positive() })).min(1),
};
const { totalCents: _, ...withoutTotal } = fields;
const line = (changes: object) => ({ lines: z.array(z.object({ sku: z.string(), ...changes })).min(1) });

const schemaOf = (shape: z.ZodRawShape) => z.toJSONSchema(z.object(shape), { io: 'input' }) as Schema;
const breaksOf = (shape: z.ZodRawShape) =>
  breakingChanges(schemaOf(fields), schemaOf(shape)).map((line) => line.split(' ')[0]);

const BREAKING: [string, z.ZodRawShape, string[]][] = [
  ['taking a field away', withoutTotal, ['/totalCents']],
  ['renaming a field', { ...withoutTotal, sumCents: z.int() }, ['/totalCents', '/sumCents']],
  ['changing a type', { ...fields, totalCents: z.string() }, ['/totalCents']],
  ['letting a field be absent', { ...fields, totalCents: fields.totalCents.optional() }, ['/totalCents']],
  ['letting a field be null', { ...fields, totalCents: fields.totalCents.nullable() }, ['/totalCents']],
  ['asking for what could be absent', { ...fields, note: z.string() }, ['/note']],
  ['adding a field that may not be absent', { ...fields, currency: z.string() }, ['/currency']],
  ['taking a value from an enumeration', { ...fields, reason: z.enum(['customer']) }, ['/reason']],
  [
    'adding a value to an enumeration',
    { ...fields, reason: z.enum(['customer', 'deadline', 'fraud']) },
    ['/reason'],
  ],
  ['widening a limit', { ...fields, totalCents: z.int() }, ['/totalCents']],
  ['changing a format', { ...fields, orderId: z.string() }, ['/orderId']],
  ['changing what stands in a list', { ...fields, ...line({ quantity: z.string() }) }, ['/lines/*/quantity']],
  ['taking a field from what stands in a list', { ...fields, ...line({}) }, ['/lines/*/quantity']],
  ['making one thing of a list', { ...fields, lines: z.string() }, ['/lines']],
];

for (const [change, shape, places] of BREAKING) {
  test(`${change} is a breaking change`, () => {
    assert.deepEqual(breaksOf(shape), places);
  });
}

const HARMLESS: [string, z.ZodRawShape][] = [
  ['no change', fields],
  ['another order of the fields', Object.fromEntries(Object.entries(fields).reverse())],
  ['a new field that may be absent', { ...fields, currency: z.string().optional() }],
  [
    'a new field that may be absent in what stands in a list',
    { ...fields, ...line({ quantity: z.int().positive(), name: z.string().optional() }) },
  ],
];

for (const [change, shape] of HARMLESS) {
  test(`${change} breaks nothing`, () => {
    assert.deepEqual(breaksOf(shape), []);
  });
}
