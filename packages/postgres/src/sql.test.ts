import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from './sql.ts';

test('each value becomes a parameter, in its order', () => {
  const { text, values } = sql`select ${1} from notes where id = ${'a'} and note = ${null}`;

  assert.equal(text, 'select $1 from notes where id = $2 and note = $3');
  assert.deepEqual(values, [1, 'a', null]);
});

test('a statement without values is not changed', () => {
  const { text, values } = sql`select 1`;

  assert.equal(text, 'select 1');
  assert.deepEqual(values, []);
});

test('statements have the same name exactly if they have the same text, and Postgres does not truncate it', () => {
  const find = (id: number) => sql`select ${id}`;

  assert.equal(find(1).name, find(2).name);
  assert.equal(find(1).name, sql`select ${3}`.name);
  assert.notEqual(find(1).name, sql`select ${1}, ${2}`.name);
  assert.ok((find(1).name?.length ?? 0) < 64);
});

test('a value cannot become part of the statement', () => {
  const { text } = sql`select ${"'; drop table notes; --"}`;

  assert.equal(text, 'select $1');
});

test('an undefined value is refused, since SQL has null for a missing value', () => {
  assert.throws(() => sql`select ${undefined}`, TypeError);
});

test('a statement within a statement is refused', () => {
  assert.throws(() => sql`select * from (${sql`select 1`})`, TypeError);
});
