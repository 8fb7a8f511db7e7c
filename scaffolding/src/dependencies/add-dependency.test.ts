import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addToCatalog } from './add-dependency.ts';

const CATALOG = `packages:
  - services/*

catalog:
  '@types/pg': 8.23.1
  fastify: 5.12.8
  # The same major version as Fastify's own.
  find-my-way: 9.10.1

allowBuilds:
  ssh2: false
`;

const after = (name: string) => addToCatalog(name, '1.2.3')(CATALOG).split('\n');

test('an entry of the catalog is added in alphabetical order, with quotes round a scope', () => {
  assert.equal(after('@types/ws')[5], "  '@types/ws': 1.2.3");
  assert.equal(after('zod')[8], '  zod: 1.2.3');
  assert.equal(after('a')[5], '  a: 1.2.3');
});

test('a package that is in the catalog keeps its version', () => {
  assert.equal(addToCatalog('fastify', '1.0.0')(CATALOG), CATALOG);
});

test('a file without a catalog is named as the reason', () => {
  assert.throws(() => addToCatalog('zod', '1.0.0')('packages: []\n'), /"catalog:" is not in it/);
});
