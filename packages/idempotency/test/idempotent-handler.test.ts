import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { newEvent } from '@repo/events';
import { defineProblem, type Preconditions, Problem } from '@repo/http';
import { openDatabase, sql } from '@repo/postgres';
import { createTestDatabase, eventually } from '@repo/testing';
import { z } from 'zod';
import {
  createIdempotentHandler,
  decidedRefusal,
  fingerprintOf,
  type KeyedRequest,
  type Outcome,
} from '../src/index.ts';

const { database, migratorUrl } = await createTestDatabase();
const owner = openDatabase({ url: migratorUrl, name: 'test owner', connections: 1 });
await owner.query(sql`create table effects (id uuid primary key, name text not null)`);
await owner.close();

interface Input {
  name: string;
  /** How the request fails; by default it succeeds. */
  fails?: 'refused' | 'finally refused' | 'bug';
  /** The request ends after this. */
  until?: Promise<void>;
  begun?: () => void;
}

const MeterRead = {
  type: 'meter.read',
  topic: 'meter.events',
  subject: 'meterId',
  schema: z.object({ meterId: z.guid() }),
} as const;
const unknownMeter = defineProblem('unknown-meter', 422, 'A meter is not known');
const meterSealed = defineProblem('meter-sealed', 409, 'The meter is sealed');

let commits = 0;

const handle = createIdempotentHandler<Input>({
  database,
  onCommit: () => commits++,
  perform: async (tx, requests) => {
    for (const { input } of requests) {
      input.begun?.();
      await input.until;
      if (input.fails === 'bug') throw new Error('a bug');
    }
    const successful = requests.filter(({ input }) => input.fails === undefined);
    const made = successful.map(({ input }) => ({ id: randomUUID(), name: input.name }));
    await tx.query(sql`
      insert into effects (id, name)
      select * from unnest(${made.map(({ id }) => id)}::uuid[], ${made.map(({ name }) => name)}::text[])`);
    return {
      outcomes: new Map(requests.map((request) => [request, outcomeOf(request.input, made)])),
      events: made.map(({ id, name }) =>
        name === 'cannot be published' ? { ...eventOf(id), id: 'no uuid' } : eventOf(id),
      ),
    };
  },
});

const eventOf = (meterId: string) => newEvent(MeterRead, { meterId }, {});

function outcomeOf({ name, fails }: Input, made: { id: string; name: string }[]): Outcome {
  if (fails === 'refused') return unknownMeter('There is no such meter.');
  if (fails === 'finally refused') return decidedRefusal(meterSealed('It is.'), { path: '/meters' });
  const effect = made.find((each) => each.name === name);
  return { status: 201, location: `/meters/${effect?.id}`, etag: '"1"', body: `{ "id" : "${effect?.id}" }` };
}

/** A request with a key of its own, with the given changes. */
function request(input: Input, changes: Partial<KeyedRequest<Input>> = {}): KeyedRequest<Input> {
  const fingerprint = fingerprintOf({ method: 'POST', path: '/meters', body: input.name });
  const key = randomUUID();
  return {
    callerId: CALLER,
    route: 'POST /meters',
    path: '/meters',
    key,
    fingerprint,
    input,
    ...changes,
  };
}

const CALLER = randomUUID();

async function effects(name: string): Promise<number> {
  const rows = await database.query(sql<{ id: string }>`select id from effects where name = ${name}`);
  return rows.length;
}

async function published(name: string): Promise<number> {
  const rows = await database.query(sql`
    select key from outbox where key in (select id::text from effects where name = ${name})`);
  return rows.length;
}

async function isUnused({ callerId, route, key }: KeyedRequest<Input>): Promise<boolean> {
  const rows = await database.query(sql`
    select key from idempotency_keys where customer_id = ${callerId} and route = ${route} and key = ${key}`);
  return rows.length === 0;
}

const isProblem = (type: string) => (error: unknown) => error instanceof Problem && error.type === type;

test('a request takes effect, publishes its event and gets a response', async () => {
  const response = await handle(request({ name: 'first' }));

  assert.equal(response.status, 201);
  assert.equal(response.replayed, false);
  assert.equal(await effects('first'), 1);
  assert.equal(await published('first'), 1);
  assert.ok(commits > 0);
});

test('a repeated request gets the same response, byte for byte, and has no second effect', async () => {
  const given = request({ name: 'again' });
  const { replayed: _first, ...response } = await handle(given);

  const { replayed, ...repeated } = await handle(given);

  assert.equal(replayed, true);
  assert.deepEqual(repeated, response);
  assert.equal(await effects('again'), 1);
  assert.equal(await published('again'), 1);
});

test('another request with the same key is refused, and has no effect', async () => {
  const given = request({ name: 'one meter' });
  await handle(given);

  const other = handle(request({ name: 'another meter' }, { key: given.key }));

  await assert.rejects(other, isProblem('idempotency-key-reused'));
  assert.equal(await effects('another meter'), 0);
});

test('the same key of another caller, or for another route, is another key', async () => {
  const given = request({ name: 'mine' });
  const foreign = { ...given, callerId: randomUUID(), input: { name: 'theirs' } };
  const elsewhere = { ...given, route: 'POST /elsewhere', input: { name: 'there' } };

  const responses = await Promise.all([given, foreign, elsewhere].map(handle));

  assert.deepEqual(
    responses.map(({ replayed }) => replayed),
    [false, false, false],
  );
  assert.deepEqual(await Promise.all(['mine', 'theirs', 'there'].map(effects)), [1, 1, 1]);
});

test('of a hundred concurrent copies one takes effect, and all get its response', async () => {
  const given = request({ name: 'a hundred' });

  // As a client does: while the first is in progress, another may be refused, and is sent again.
  const send = () => eventually(() => handle({ ...given }));
  const responses = await Promise.all(Array.from({ length: 100 }, send));

  assert.equal(await effects('a hundred'), 1);
  assert.equal(responses.filter(({ replayed }) => !replayed).length, 1);
  assert.equal(new Set(responses.map(({ body }) => body)).size, 1);
});

test('of two different requests with one key in one batch, the first takes effect and the other is refused', async () => {
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const running = [1, 2].map((lane) =>
    handle(request({ name: `holds lane ${lane}`, until: gate.promise, begun: begun.resolve })),
  );
  await begun.promise;
  const key = randomUUID();

  const duplicates = Promise.allSettled([
    handle(request({ name: 'first of two' }, { key })),
    handle(request({ name: 'second of two' }, { key })),
    handle(request({ name: 'first of two' }, { key })),
  ]);
  gate.resolve();
  await Promise.all(running);

  const [first, other, firstAgain] = await duplicates;
  assert.ok(first?.status === 'fulfilled' && !first.value.replayed);
  assert.ok(firstAgain?.status === 'fulfilled' && firstAgain.value.replayed);
  assert.ok(other?.status === 'rejected' && isProblem('idempotency-key-reused')(other.reason));
  assert.deepEqual([await effects('first of two'), await effects('second of two')], [1, 0]);
});

test('while the first request is still running, a duplicate in another process gets 409 with Retry-After', async () => {
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const given = request({ name: 'slow', until: gate.promise, begun: begun.resolve });
  const first = handle(given);
  await begun.promise;
  const elsewhere = createIdempotentHandler<Input>({
    database,
    onCommit: () => {},
    perform: async () => ({ outcomes: new Map(), events: [] }),
  });

  await assert.rejects(
    elsewhere(given),
    (error) =>
      isProblem('idempotency-key-in-progress')(error) && (error as Problem).headers['retry-after'] === '1',
  );

  gate.resolve();
  assert.equal((await first).replayed, false);
  assert.equal((await elsewhere(given)).replayed, true);
});

test('a refusal leaves the key unused, for a corrected request', async () => {
  const given = request({ name: 'refused', fails: 'refused' });

  await assert.rejects(handle(given), isProblem('unknown-meter'));

  assert.ok(await isUnused(given));
  const corrected = await handle(request({ name: 'corrected' }, { key: given.key }));
  assert.equal(corrected.status, 201);
});

test('a refusal does not undo the requests that share its transaction', async () => {
  const results = await Promise.allSettled([
    handle(request({ name: 'shared 1' })),
    handle(request({ name: 'shared 2', fails: 'refused' })),
    handle(request({ name: 'shared 3' })),
  ]);

  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.deepEqual(await Promise.all(['shared 1', 'shared 2', 'shared 3'].map(effects)), [1, 0, 1]);
});

test('a final refusal uses the key, and is replayed', async () => {
  const given = request({ name: 'final', fails: 'finally refused' });

  const first = await handle(given);
  const second = await handle(given);

  assert.deepEqual([first.status, first.replayed], [409, false]);
  assert.match(JSON.parse(first.body).type, /meter-sealed$/);
  assert.deepEqual([second.status, second.replayed, second.body], [409, true, first.body]);
});

test('a request without an outcome is a bug too, and leaves the key unused', async () => {
  const forgetful = createIdempotentHandler<Input>({
    database,
    onCommit: () => {},
    perform: async () => ({ outcomes: new Map(), events: [] }),
  });
  const given = request({ name: 'forgotten' });

  await assert.rejects(forgetful(given), /no outcome for a request of POST \/meters/);

  assert.ok(await isUnused(given));
});

test('a bug leaves the key unused and no effect, and the retry is performed', async () => {
  const given = request({ name: 'with a bug', fails: 'bug' });

  await assert.rejects(handle(given), /a bug/);

  assert.ok(await isUnused(given));
  assert.equal(await effects('with a bug'), 0);
  assert.equal((await handle({ ...given, input: { name: 'with a bug' } })).replayed, false);
  assert.equal(await effects('with a bug'), 1);
});

test('when an event cannot be written, the effect is rolled back and the key stays unused', async () => {
  const given = request({ name: 'cannot be published' });

  await assert.rejects(handle(given), /invalid input syntax/);

  assert.equal(await effects('cannot be published'), 0);
  assert.equal(await isUnused(given), true);
});

/** A request with preconditions. */
const conditional = (
  name: string,
  preconditions: Preconditions,
  changes: Partial<KeyedRequest<Input>> = {},
) => request({ name }, { preconditions, ...changes });

test('a request whose precondition is false is refused, has no effect, and leaves its key unused', async () => {
  for (const preconditions of [{ 'if-match': '"1"' }, { 'if-none-match': '*' }]) {
    const refused = conditional('unwanted', preconditions);
    const [refusal, other] = await Promise.allSettled([
      handle(refused),
      handle(request({ name: 'allowed' })),
    ]);

    assert.ok(refusal.status === 'rejected' && isProblem('precondition-failed')(refusal.reason));
    assert.equal(other.status, 'fulfilled');
    assert.ok(await isUnused(refused));
  }
  assert.deepEqual([await effects('unwanted'), await effects('allowed')], [0, 2]);
});

test('a request whose preconditions are true takes effect', async () => {
  for (const preconditions of [{ 'if-match': '*' }, { 'if-none-match': '"1"' }])
    assert.equal((await handle(conditional('wanted', preconditions))).status, 201);
});

test('a response is replayed before any precondition is evaluated', async () => {
  const given = request({ name: 'known' });
  const first = await handle(given);

  const replay = await handle({ ...given, preconditions: { 'if-none-match': '*' } });

  assert.deepEqual([replay.replayed, replay.body], [true, first.body]);
});

test('perform gets all requests where it evaluates preconditions, and those whose resource does not exist', async () => {
  const response = { status: 200, location: null, etag: null, body: '{}' };
  const options = {
    database,
    onCommit: () => {},
    perform: async (_tx: unknown, requests: KeyedRequest<Input>[]) => ({
      outcomes: new Map(requests.map((request) => [request, response])),
      events: [],
    }),
  };
  const own = createIdempotentHandler<Input>({ ...options, preconditions: 'perform' });
  const known = createIdempotentHandler<Input>({
    ...options,
    preconditions: { exists: async (_tx, { name }) => name === 'existing' },
  });
  const never = { 'if-match': '"never"' };

  assert.equal((await own(conditional('any', never))).status, 200);
  assert.equal((await known(conditional('missing', never))).status, 200);
  await assert.rejects(known(conditional('existing', never)), isProblem('precondition-failed'));
});
