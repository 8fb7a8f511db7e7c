import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../runner/test-files.ts';

const read = (file: string) => readFileSync(join(root, file), 'utf8');

const NAMES = [
  'create-messaging',
  'create-idempotency-keys',
  'index-messaging-by-time',
  'index-idempotency-keys-by-time',
  'create-dead-letters',
  'park-outbox-rows',
];

// Each service writes these tables out, so that its migrations show its whole database.
for (const name of NAMES) {
  test(`the packages are tested on the tables that the services have: ${name}`, () => {
    const [ours] = globSync(`testing/migrations/*-${name}.sql`, { cwd: root });
    const theirs = globSync(`services/*/migrations/*-${name}.sql`, { cwd: root });

    assert.ok(ours && theirs.length > 0);
    for (const file of theirs) assert.equal(read(file), read(ours), file);
  });
}
