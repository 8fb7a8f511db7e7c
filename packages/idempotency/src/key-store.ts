import { type Queryable, sql, type Transaction } from '@repo/postgres';

/** Where a key is unique: among the requests of one caller to one route. */
export interface KeyScope {
  /** In the database `customer_id`. */
  callerId: string;
  /** Method and template: 'POST /v1/meters'. */
  route: string;
  key: string;
}

/** A response as it was sent, to be sent again byte for byte. */
export interface StoredResponse {
  status: number;
  location: string | null;
  etag: string | null;
  body: string;
}

/** Claims keys; returns those that were unused. Waits for a duplicate in another transaction until that has ended. */
export async function claimKeys(
  tx: Transaction,
  requests: (KeyScope & { fingerprint: Buffer })[],
): Promise<KeyScope[]> {
  const sorted = [...requests].sort(byKey);
  return await tx.query(sql<KeyScope>`
    insert into idempotency_keys (customer_id, route, key, fingerprint)
    select customer_id, route, key, fingerprint
    from unnest(
      ${sorted.map((request) => request.callerId)}::uuid[],
      ${sorted.map((request) => request.route)}::text[],
      ${sorted.map((request) => request.key)}::text[],
      ${sorted.map((request) => request.fingerprint)}::bytea[]
    ) as new (customer_id, route, key, fingerprint)
    on conflict (customer_id, route, key) do nothing
    returning customer_id as "callerId", route, key`);
}

/** Resets `lock_timeout`, which is short only while a duplicate request is waited for. */
export async function waitForLocks(tx: Transaction): Promise<void> {
  await tx.query(sql`set local lock_timeout = 0`);
}

/** One order everywhere, so that two transactions with the same keys cannot deadlock. */
function byKey(one: KeyScope, other: KeyScope): number {
  return one.key < other.key ? -1 : one.key > other.key ? 1 : one.callerId < other.callerId ? -1 : 1;
}

/** Stores the responses of the requests that used their key. */
export async function storeResponses(
  tx: Transaction,
  responses: (KeyScope & StoredResponse)[],
): Promise<void> {
  if (responses.length === 0) return;
  await tx.query(sql`
    update idempotency_keys
    set status = responses.status, location = responses.location, etag = responses.etag, body = responses.body
    from unnest(
      ${responses.map((each) => each.callerId)}::uuid[],
      ${responses.map((each) => each.route)}::text[],
      ${responses.map((each) => each.key)}::text[],
      ${responses.map((each) => each.status)}::smallint[],
      ${responses.map((each) => each.location)}::text[],
      ${responses.map((each) => each.etag)}::text[],
      ${responses.map((each) => each.body)}::text[]
    ) as responses (customer_id, route, key, status, location, etag, body)
    where idempotency_keys.customer_id = responses.customer_id
      and idempotency_keys.route = responses.route
      and idempotency_keys.key = responses.key`);
}

/** Releases the keys of refused requests, so that their clients may use them for a corrected request. */
export async function releaseKeys(tx: Transaction, scopes: KeyScope[]): Promise<void> {
  if (scopes.length === 0) return;
  await tx.query(sql`
    delete from idempotency_keys
    using unnest(
      ${scopes.map((scope) => scope.callerId)}::uuid[],
      ${scopes.map((scope) => scope.route)}::text[],
      ${scopes.map((scope) => scope.key)}::text[]
    ) as released (customer_id, route, key)
    where idempotency_keys.customer_id = released.customer_id
      and idempotency_keys.route = released.route
      and idempotency_keys.key = released.key`);
}

export interface UsedKey extends KeyScope, StoredResponse {
  fingerprint: Buffer;
}

/** The responses that are stored under keys which were used before. */
export async function listUsedKeys(tx: Transaction, scopes: KeyScope[]): Promise<UsedKey[]> {
  if (scopes.length === 0) return [];
  return await tx.query(sql<UsedKey>`
    select used.customer_id as "callerId", used.route, used.key,
      used.fingerprint, used.status, used.location, used.etag, used.body
    from idempotency_keys as used
    join unnest(
      ${scopes.map((scope) => scope.callerId)}::uuid[],
      ${scopes.map((scope) => scope.route)}::text[],
      ${scopes.map((scope) => scope.key)}::text[]
    ) as wanted (customer_id, route, key)
      on used.customer_id = wanted.customer_id and used.route = wanted.route and used.key = wanted.key
    where used.status is not null`);
}

/** Deletes keys that are older by Postgres's clock, the oldest first; returns how many. Replicas share the work. */
export async function deleteOldKeys(
  database: Queryable,
  { olderThanMs, limit }: { olderThanMs: number; limit: number },
): Promise<number> {
  const deleted = await database.query(sql<{ key: string }>`
    with old as (
      select customer_id, route, key
      from idempotency_keys
      where created_at < now() - make_interval(secs => ${olderThanMs / 1_000}::double precision)
      order by created_at
      limit ${limit}
      for update skip locked
    )
    delete from idempotency_keys as used
    using old
    where used.customer_id = old.customer_id and used.route = old.route and used.key = old.key
    returning used.key`);
  return deleted.length;
}
