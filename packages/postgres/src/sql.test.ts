import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from './sql.ts';

test('each value becomes a parameter, in its order', () => {
  const query = sql`select ${1} from orders where id = ${'a'} and note = ${null}`;

  assert.deepEqual(query, {
    text: 'select $1 from orders where id = $2 and note = $3',
    values: [1, 'a', null],
  });
});

test('a statement without values is its own text', () => {
  assert.deepEqual(sql`select 1`, { text: 'select 1', values: [] });
});

test('a value cannot become part of the statement', () => {
  const { text } = sql`select ${"'; drop table orders; --"}`;

  assert.equal(text, 'select $1');
});

test('an undefined value is refused, since null is how SQL says that there is none', () => {
  assert.throws(() => sql`select ${undefined}`, TypeError);
});

test('a statement within a statement is refused', () => {
  assert.throws(() => sql`select * from (${sql`select 1`})`, TypeError);
});
