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
  ['removing a field', withoutTotal, ['/totalCents']],
  ['renaming a field', { ...withoutTotal, sumCents: z.int() }, ['/totalCents', '/sumCents']],
  ['changing a type', { ...fields, totalCents: z.string() }, ['/totalCents']],
  ['making a field optional', { ...fields, totalCents: fields.totalCents.optional() }, ['/totalCents']],
  ['making a field nullable', { ...fields, totalCents: fields.totalCents.nullable() }, ['/totalCents']],
  ['making an optional field required', { ...fields, note: z.string() }, ['/note']],
  ['adding a required field', { ...fields, currency: z.string() }, ['/currency']],
  ['removing a value of an enumeration', { ...fields, reason: z.enum(['customer']) }, ['/reason']],
  [
    'adding a value to an enumeration',
    { ...fields, reason: z.enum(['customer', 'deadline', 'fraud']) },
    ['/reason'],
  ],
  ['widening a limit', { ...fields, totalCents: z.int() }, ['/totalCents']],
  ['changing a format', { ...fields, orderId: z.string() }, ['/orderId']],
  ['changing the items of a list', { ...fields, ...line({ quantity: z.string() }) }, ['/lines/*/quantity']],
  ['removing a field from the items of a list', { ...fields, ...line({}) }, ['/lines/*/quantity']],
  ['replacing a list with a single value', { ...fields, lines: z.string() }, ['/lines']],
];

for (const [change, shape, places] of BREAKING) {
  test(`${change} is a breaking change`, () => {
    assert.deepEqual(breaksOf(shape), places);
  });
}

const HARMLESS: [string, z.ZodRawShape][] = [
  ['no change', fields],
  ['a different order of the fields', Object.fromEntries(Object.entries(fields).reverse())],
  ['a new optional field', { ...fields, currency: z.string().optional() }],
  [
    'a new optional field in the items of a list',
    { ...fields, ...line({ quantity: z.int().positive(), name: z.string().optional() }) },
  ],
];

for (const [change, shape] of HARMLESS) {
  test(`${change} breaks nothing`, () => {
    assert.deepEqual(breaksOf(shape), []);
  });
}
