import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingsOf, type PlannedStatement } from './findings.ts';
import type { Database, Table } from './read-tables.ts';

const table = (name: string, more: Partial<Table> = {}): Table => ({
  ...{
    name,
    rows: 50_000,
    deadRows: 0,
    vacuumAt: 10_050,
    wasAnalyzed: true,
    wholeReads: 0,
    wholeReadRows: 0,
  },
  ...more,
});
const database = (more: Partial<Database>): Database => ({
  ...{ since: null, tables: [table('large'), table('small', { rows: 100 })], indexes: [], foreignKeys: [] },
  ...more,
});
const reading = (more: Partial<PlannedStatement>): PlannedStatement => ({
  ...{
    text: 'select a\nfrom large',
    calls: 44,
    totalMs: 440,
    meanMs: 10,
    maxMs: 20,
    rows: 44,
    hasConstants: true,
  },
  plan: {
    root: { 'Node Type': 'Seq Scan', 'Relation Name': 'large', ...{ Filter: '(large.a = $1)' } },
    wasRun: false,
    values: [],
  },
  ...more,
});
const kinds = (statements: PlannedStatement[], more: Partial<Database>) =>
  findingsOf(statements, database(more)).map(({ kind, isNote }) => `${kind}${isNote ? ' (note)' : ''}`);

test('a statement that reads a large table whole is a finding, with its calls and its condition', () => {
  const [finding] = findingsOf([reading({})], database({}));
  assert.match(
    finding?.what ?? '',
    /whole table large \(50 000 rows\): 44 calls of 10\.0 ms on average: select a from large/,
  );
  assert.match(finding?.todo ?? '', /index on the columns of its condition \(large\.a = \$1\)/);
});

test('without its constants, a statement that was only planned is a note: a partial index may serve it', () => {
  assert.deepEqual(kinds([reading({ hasConstants: false })], {}), ['table-read-whole (note)']);
});

test('whole reads that no statement explains are a note, and not repeated beside the finding', () => {
  const tables = [table('large', { wholeReads: 3, wholeReadRows: 150_000 })];
  assert.deepEqual(kinds([], { tables }), ['table-read-whole (note)']);
  assert.deepEqual(kinds([reading({})], { tables }), ['table-read-whole']);
});

test('an index is unused where no statement reads it, it refuses no rows, and its table is large', () => {
  const index = { name: 'by_a', table: 'large', bytes: 8_192, reads: 0, isUnique: false };
  const indexes = [index, { ...index, reads: 1 }, { ...index, isUnique: true }, { ...index, table: 'small' }];
  assert.deepEqual(kinds([], { indexes }), ['index-unused']);
});

test('a foreign key without an index is a finding once rows of its parent are deleted, and a note before', () => {
  const key = {
    name: 'fk',
    table: 'large',
    columns: ['a'],
    parent: 'small',
    parentDeletes: 5,
    hasIndex: false,
  };
  const foreignKeys = [
    { ...key, parentDeletes: 0 },
    key,
    { ...key, hasIndex: true },
    { ...key, table: 'small' },
  ];
  assert.deepEqual(kinds([], { foreignKeys }), [
    'foreign-key-without-index',
    'foreign-key-without-index (note)',
  ]);
});

test('a table wants vacuum above the number at which autovacuum begins, and analysis when it never had one', () => {
  const tables = [
    table('idle', { deadRows: 10_000 }),
    table('dead', { deadRows: 10_051 }),
    table('tiny', { rows: 0, deadRows: 900, vacuumAt: 50 }),
    table('new', { wasAnalyzed: false }),
  ];
  const found = findingsOf([], database({ tables })).map(({ table }) => table);
  assert.deepEqual(found, ['dead', 'new']);
});
