import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../runner/test-files.ts';

const read = (file: string) => readFileSync(join(root, file), 'utf8');
const find = (pattern: string) => globSync(pattern, { cwd: root });

const SERVICES = '{services/*,scaffolding/templates/service}';

// Each service writes these tables out, so that its migrations show its whole database.
for (const name of ['create-messaging', 'create-idempotency-keys', 'create-dead-letters']) {
  test(`the packages are tested on the same tables as the services: ${name}`, () => {
    const [ours] = find(`testing/migrations/*-${name}.sql`);
    const theirs = find(`${SERVICES}/migrations/*-${name}.sql`);

    assert.ok(ours && theirs.length > 0);
    for (const file of theirs) assert.equal(read(file), read(ours), file);
  });
}

test('a service that publishes nothing has the inbox of the others', () => {
  const [ours] = find('testing/migrations/*-create-messaging.sql');
  const theirs = find(`${SERVICES}/migrations/*-create-inbox.sql`);

  assert.ok(ours);
  for (const file of theirs) assert.ok(read(ours).endsWith(`\n\n${read(file)}`), file);
});

test('each service numbers its migrations from 001 on, without a gap', () => {
  for (const folder of find(`${SERVICES}/migrations`)) {
    const numbers = find(`${folder}/*.sql`).map((file) => file.slice(folder.length + 1).slice(0, 3));
    const wanted = numbers.map((_, index) => String(index + 1).padStart(3, '0'));
    assert.deepEqual(numbers.sort(), wanted, folder);
  }
});
