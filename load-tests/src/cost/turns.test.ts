import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Statement } from './statements.ts';
import { turnsOf } from './turns.ts';

const statement = (service: string, text: string, calls: number, rows: number): Statement => ({
  ...{ id: `${service} ${text}`, service, text, calls, rows },
});

test('each loop is recognised by its statement, in the service that runs it', () => {
  const inbox = 'insert into inbox (id)\nselect id from unnest($1::uuid[]) as id';
  const turns = turnsOf([
    statement('order', inbox, 10, 25),
    statement('payment', inbox, 4, 4),
    statement('order', 'select min(topic) from outbox cross join\n order by topic, position limit $1', 7, 9),
    statement('order', 'insert into order_lines (order_id)', 3, 9),
    statement('payment', 'select id from payments order by due_at for update skip locked', 5, 2),
  ]);
  assert.deepEqual(turns, [
    { loop: 'order relay', turns: 7, records: 9 },
    { loop: 'order consumer', turns: 10, records: 25 },
    { loop: 'payment consumer', turns: 4, records: 4 },
    { loop: 'payment claims', turns: 5, records: 2 },
  ]);
});

test('variants of one statement belong to one loop', () => {
  const turns = turnsOf([
    statement('order', 'insert into orders (id) values ($1)', 1, 1),
    statement('order', 'insert into orders (id) select id from unnest($1)', 2, 8),
  ]);
  assert.deepEqual(turns, [{ loop: 'order lanes', turns: 3, records: 9 }]);
});
