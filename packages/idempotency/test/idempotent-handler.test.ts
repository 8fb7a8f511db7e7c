import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { StockReserved } from '@repo/contracts/inventory';
import { newEvent } from '@repo/events';
import { type Preconditions, Problem, type ProblemType, problem } from '@repo/http';
import { openDatabase, sql } from '@repo/postgres';
import { createTestDatabase } from '@repo/testing';
import {
  createIdempotentHandler,
  decidedRefusal,
  fingerprintOf,
  type KeyedRequest,
  type Outcome,
} from '../src/index.ts';

const { database, migratorUrl } = await createTestDatabase();
const owner = openDatabase({ url: migratorUrl, name: 'test owner', connections: 1 });
await owner.query(sql`create table effects (id uuid primary key, what text not null)`);
await owner.close();

interface Input {
  what: string;
  /** How the work goes; it is done unless told. */
  goes?: 'refused' | 'refused for good' | 'wrong';
  /** Waits for this before it ends. */
  until?: Promise<void>;
  begun?: () => void;
}

const answered: number[] = [];

const once = createIdempotentHandler<Input>({
  database,
  onCommit: () => answered.push(1),
  perform: async (tx, requests) => {
    for (const { input } of requests) {
      input.begun?.();
      await input.until;
      if (input.goes === 'wrong') throw new Error('a bug');
    }
    const taken = requests.filter(({ input }) => input.goes === undefined);
    const made = taken.map(({ input }) => ({ id: randomUUID(), what: input.what }));
    await tx.query(sql`
      insert into effects (id, what)
      select * from unnest(${made.map(({ id }) => id)}::uuid[], ${made.map(({ what }) => what)}::text[])`);
    return {
      outcomes: requests.map(({ input }) => outcomeOf(input, made)),
      events: made.map(({ id, what }) =>
        what === 'cannot be said' ? { ...events(id), id: 'no uuid' } : events(id),
      ),
    };
  },
});

const events = (orderId: string) => newEvent(StockReserved, { orderId, version: 1 }, {});

function outcomeOf({ what, goes }: Input, made: { id: string; what: string }[]): Outcome {
  if (goes === 'refused') return problem('unknown-product', 'No such thing.');
  if (goes === 'refused for good') return decidedRefusal(problem('sku-taken', 'It is.'), { path: '/things' });
  const effect = made.find((each) => each.what === what);
  return { status: 201, location: `/things/${effect?.id}`, etag: '"1"', body: `{ "id" : "${effect?.id}" }` };
}

/** A request with a key of its own, but for what is told. */
function request(input: Input, changes: Partial<KeyedRequest<Input>> = {}): KeyedRequest<Input> {
  const fingerprint = fingerprintOf({ method: 'POST', path: '/things', body: input.what });
  const key = randomUUID();
  return {
    customerId: CUSTOMER,
    route: 'POST /things',
    path: '/things',
    key,
    fingerprint,
    input,
    ...changes,
  };
}

const CUSTOMER = randomUUID();

async function effects(what: string): Promise<number> {
  const rows = await database.query(sql<{ id: string }>`select id from effects where what = ${what}`);
  return rows.length;
}

async function saidOf(what: string): Promise<number> {
  const rows = await database.query(sql`
    select key from outbox where key in (select id::text from effects where what = ${what})`);
  return rows.length;
}

async function isUnused({ customerId, route, key }: KeyedRequest<Input>): Promise<boolean> {
  const rows = await database.query(sql`
    select key from idempotency_keys where customer_id = ${customerId} and route = ${route} and key = ${key}`);
  return rows.length === 0;
}

const isProblem = (type: ProblemType) => (error: unknown) => error instanceof Problem && error.type === type;

test('a request takes effect, is said, and is answered', async () => {
  const answer = await once(request({ what: 'first' }));

  assert.equal(answer.status, 201);
  assert.equal(answer.replayed, false);
  assert.equal(await effects('first'), 1);
  assert.equal(await saidOf('first'), 1);
  assert.ok(answered.length > 0);
});

test('the same request again gets the same answer, byte for byte, and has no effect', async () => {
  const given = request({ what: 'again' });
  const { replayed: _first, ...answer } = await once(given);

  const { replayed, ...repeated } = await once(given);

  assert.equal(replayed, true);
  assert.deepEqual(repeated, answer);
  assert.equal(await effects('again'), 1);
  assert.equal(await saidOf('again'), 1);
});

test('another request with the same key is refused, and has no effect', async () => {
  const given = request({ what: 'one thing' });
  await once(given);

  const other = once(request({ what: 'another thing' }, { key: given.key }));

  await assert.rejects(other, isProblem('idempotency-key-reused'));
  assert.equal(await effects('another thing'), 0);
});

test('the same key of another customer, or for another route, is another key', async () => {
  const given = request({ what: 'mine' });
  const foreign = { ...given, customerId: randomUUID(), input: { what: 'theirs' } };
  const elsewhere = { ...given, route: 'POST /elsewhere', input: { what: 'there' } };

  const answers = await Promise.all([given, foreign, elsewhere].map(once));

  assert.deepEqual(
    answers.map(({ replayed }) => replayed),
    [false, false, false],
  );
  assert.deepEqual(await Promise.all(['mine', 'theirs', 'there'].map(effects)), [1, 1, 1]);
});

test('of a hundred copies at once one takes effect, and all get its answer', async () => {
  const given = request({ what: 'a hundred' });

  const answers = await Promise.all(Array.from({ length: 100 }, () => once({ ...given })));

  assert.equal(await effects('a hundred'), 1);
  assert.equal(answers.filter(({ replayed }) => !replayed).length, 1);
  assert.equal(new Set(answers.map(({ body }) => body)).size, 1);
});

test('of two requests that differ, in one batch with one key, one takes effect and the other is refused', async () => {
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const inHand = [1, 2].map((lane) =>
    once(request({ what: `holds lane ${lane}`, until: gate.promise, begun: begun.resolve })),
  );
  await begun.promise;
  const key = randomUUID();

  const twins = Promise.allSettled([
    once(request({ what: 'left twin' }, { key })),
    once(request({ what: 'right twin' }, { key })),
    once(request({ what: 'left twin' }, { key })),
  ]);
  gate.resolve();
  await Promise.all(inHand);

  const [left, right, leftAgain] = await twins;
  assert.ok(left?.status === 'fulfilled' && !left.value.replayed);
  assert.ok(leftAgain?.status === 'fulfilled' && leftAgain.value.replayed);
  assert.ok(right?.status === 'rejected' && isProblem('idempotency-key-reused')(right.reason));
  assert.deepEqual([await effects('left twin'), await effects('right twin')], [1, 0]);
});

test('while the first is still running, another process is told so, and when to come again', async () => {
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const given = request({ what: 'slow', until: gate.promise, begun: begun.resolve });
  const first = once(given);
  await begun.promise;
  const elsewhere = createIdempotentHandler<Input>({
    database,
    onCommit: () => {},
    perform: async () => ({ outcomes: [], events: [] }),
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

test('a refusal leaves the key unused, for a better request', async () => {
  const given = request({ what: 'refused', goes: 'refused' });

  await assert.rejects(once(given), isProblem('unknown-product'));

  assert.ok(await isUnused(given));
  const better = await once(request({ what: 'better' }, { key: given.key }));
  assert.equal(better.status, 201);
});

test('a refusal does not undo what shares its transaction', async () => {
  const results = await Promise.allSettled([
    once(request({ what: 'beside 1' })),
    once(request({ what: 'beside 2', goes: 'refused' })),
    once(request({ what: 'beside 3' })),
  ]);

  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.deepEqual(await Promise.all(['beside 1', 'beside 2', 'beside 3'].map(effects)), [1, 0, 1]);
});

test('a refusal for good uses the key, and is answered again', async () => {
  const given = request({ what: 'for good', goes: 'refused for good' });

  const first = await once(given);
  const second = await once(given);

  assert.deepEqual([first.status, first.replayed], [409, false]);
  assert.match(JSON.parse(first.body).type, /sku-taken$/);
  assert.deepEqual([second.status, second.replayed, second.body], [409, true, first.body]);
});

test('a bug leaves the key unused and no effect, and the retry is done', async () => {
  const given = request({ what: 'with a bug', goes: 'wrong' });

  await assert.rejects(once(given), /a bug/);

  assert.ok(await isUnused(given));
  assert.equal(await effects('with a bug'), 0);
  assert.equal((await once({ ...given, input: { what: 'with a bug' } })).replayed, false);
  assert.equal(await effects('with a bug'), 1);
});

test('what cannot be said is not done: the effect is undone, and the key unused', async () => {
  const wish = request({ what: 'cannot be said' });

  await assert.rejects(once(wish), /invalid input syntax/);

  assert.equal(await effects('cannot be said'), 0);
  assert.equal(await isUnused(wish), true);
});

/** A request that makes what it wants only where it is as its client says. */
const conditional = (
  what: string,
  preconditions: Preconditions,
  changes: Partial<KeyedRequest<Input>> = {},
) => request({ what }, { preconditions, ...changes });

test('a request whose precondition is false is refused, has no effect, and leaves its key unused', async () => {
  for (const preconditions of [{ 'if-match': '"1"' }, { 'if-none-match': '*' }]) {
    const refused = conditional('unwanted', preconditions);
    const [refusal, other] = await Promise.allSettled([once(refused), once(request({ what: 'beside it' }))]);

    assert.ok(refusal.status === 'rejected' && isProblem('precondition-failed')(refusal.reason));
    assert.equal(other.status, 'fulfilled');
    assert.ok(await isUnused(refused));
  }
  assert.deepEqual([await effects('unwanted'), await effects('beside it')], [0, 2]);
});

test('a request whose preconditions are true takes effect', async () => {
  for (const preconditions of [{ 'if-match': '*' }, { 'if-none-match': '"1"' }])
    assert.equal((await once(conditional('wanted', preconditions))).status, 201);
});

test('a key that is known is replayed before any precondition is evaluated', async () => {
  const given = request({ what: 'known' });
  const first = await once(given);

  const replay = await once({ ...given, preconditions: { 'if-none-match': '*' } });

  assert.deepEqual([replay.replayed, replay.body], [true, first.body]);
});

test('work that evaluates preconditions itself is given them all, and of what is not there none are evaluated', async () => {
  const answer = { status: 200, location: null, etag: null, body: '{}' };
  const options = {
    database,
    onCommit: () => {},
    perform: async (_tx: unknown, requests: unknown[]) => ({
      outcomes: requests.map(() => answer),
      events: [],
    }),
  };
  const own = createIdempotentHandler<Input>({ ...options, preconditions: 'perform' });
  const known = createIdempotentHandler<Input>({
    ...options,
    preconditions: { exists: async (_tx, { what }) => what === 'there' },
  });
  const never = { 'if-match': '"never"' };

  assert.equal((await own(conditional('any', never))).status, 200);
  assert.equal((await known(conditional('not there', never))).status, 200);
  await assert.rejects(known(conditional('there', never)), isProblem('precondition-failed'));
});
