import assert from 'node:assert/strict';
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { EventType } from '@repo/events/event-type';
import { z } from 'zod';
import { breakingChanges, type Schema } from './breaking-changes.ts';

const FOLDER = join(import.meta.dirname, '../snapshots');
const SOURCES = join(import.meta.dirname, '../src');
const WRITE = 'UPDATE_SNAPSHOTS=1 npm test -- packages/contracts && npm run format';
const isWriting = process.env.UPDATE_SNAPSHOTS === '1';
if (isWriting) mkdirSync(FOLDER, { recursive: true });

interface Snapshot {
  type: string;
  topic: string;
  subject: string;
  schema: Schema;
}

const events: EventType[] = [];
for (const file of globSync('*.ts', { cwd: SOURCES })) {
  const exported = Object.values((await import(join(SOURCES, file))) as object);
  events.push(...exported.filter((one) => one instanceof Object && 'topic' in one && 'schema' in one));
}

const fileOf = (type: string) => join(FOLDER, `${type}.json`);

function snapshotOf({ type, topic, subject, schema }: EventType): Snapshot {
  const { $schema: _, ...written } = z.toJSONSchema(schema, { io: 'input' });
  return { type, topic, subject, schema: written as Schema };
}

test('there are events, and each has a type of its own', () => {
  assert.ok(events.length > 0);
  assert.equal(new Set(events.map(({ type }) => type)).size, events.length);
});

for (const event of events) {
  test(`the event ${event.type} is compatible with its snapshot`, () => {
    const now = snapshotOf(event);
    const file = fileOf(event.type);
    const isNew = !existsSync(file);
    const known = isNew ? now : (JSON.parse(readFileSync(file, 'utf8')) as Snapshot);

    const { schema: _now, ...place } = now;
    const { schema: _known, ...knownPlace } = known;
    assert.deepEqual(
      place,
      knownPlace,
      'An event keeps its topic and its key. For another topic or key, declare a new type of event.',
    );
    const breaks = breakingChanges(known.schema, now.schema);
    assert.equal(
      breaks.length,
      0,
      `This would break consumers of ${event.type}:\n  ${breaks.join('\n  ')}\n` +
        'Declare a new type of event; or, if it has never been published, delete its snapshot.',
    );

    if (isWriting) writeFileSync(file, `${JSON.stringify(now, null, 2)}\n`);
    else {
      assert.ok(!isNew, `${event.type} has no snapshot yet. Write it: ${WRITE}`);
      assert.deepEqual(now, known, `${event.type} has new fields. Update its snapshot: ${WRITE}`);
    }
  });

  test(`the key and the version of the event ${event.type} are required fields`, () => {
    const { schema, subject } = snapshotOf(event);

    assert.ok(schema.required?.includes(subject));
    assert.ok(schema.required?.includes('version'), 'Every event has the version of its subject.');
  });
}

test('every event with a snapshot still exists', () => {
  const known = readdirSync(FOLDER).map((file) => file.replace(/\.json$/, ''));

  assert.deepEqual(
    known.filter((type) => !events.some((event) => event.type === type)),
    [],
  );
});
