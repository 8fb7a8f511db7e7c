import { createHash } from 'node:crypto';

/** A statement and its values, in the form that `pg` accepts. `Row` is the shape of its rows. */
export interface Query<Row = unknown> {
  /** A connection prepares a named statement on first use; a statement without a name is planned each time. */
  name?: string;
  text: string;
  values: unknown[];
  /** Whether it changes or reads rows, for metrics. */
  operation?: Operation;
  /** Never set: it only carries the type of the row. */
  row?: Row;
}

/**
 * Writes a statement with its values in place: sql<{ id: string }>`select id from inbox where id = ${id}`.
 * Each value becomes a parameter ($1, $2, ...), so no value is ever part of the statement's text.
 * Statements do not nest: each can be read in one place. Each is named after its text, so a connection parses and plans it
 * once (https://www.postgresql.org/docs/current/sql-prepare.html).
 *
 * @throws TypeError when a value is itself a statement, or undefined (SQL has null for "no value").
 */
export function sql<Row = never>(strings: TemplateStringsArray, ...values: unknown[]): Query<Row> {
  for (const value of values) {
    if (value === undefined)
      throw new TypeError(`A value of this statement is undefined: ${strings.join('?')}`);
    if (isQuery(value)) throw new TypeError('Statements do not nest.');
  }
  let statement = statements.get(strings);
  if (!statement) {
    const text = strings.reduce((written, part, index) => `${written}$${index}${part}`);
    const name = createHash('sha256').update(text).digest('base64url');
    statement = { name, text, operation: operationOf(text) };
    statements.set(strings, statement);
  }
  return { ...statement, values };
}

/** By the place in the code: a template literal passes the same array of strings each time. */
const statements = new WeakMap<TemplateStringsArray, { name: string; text: string; operation: Operation }>();

export type Operation = 'insert' | 'update' | 'delete' | 'select' | 'other';

/** A statement that changes rows may begin with a `with`, and its parts may read rows. */
function operationOf(text: string): Operation {
  const [, insert, remove, update] = /\b(insert) into\b|\b(delete) from\b|^\s*(update)\b/m.exec(text) ?? [];
  const reads = /^\s*(select|with)\b/.test(text) ? 'select' : 'other';
  return (insert ?? remove ?? update ?? reads) as Operation;
}

function isQuery(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'text' in value && 'values' in value;
}
