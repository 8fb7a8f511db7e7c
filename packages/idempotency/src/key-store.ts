import { type Queryable, sql, type Transaction } from '@repo/postgres';

/** What a key belongs to: a customer's call of one route. */
export interface Scope {
  customerId: string;
  /** Method and template: 'POST /v1/orders'. */
  route: string;
  key: string;
}

/** An answer as it was sent, to be sent again byte for byte. */
export interface StoredResponse {
  status: number;
  location: string | null;
  etag: string | null;
  body: string;
}

/** Claims keys; answers those that were unused. Waits for a twin in another transaction until that has ended. */
export async function claimKeys(
  tx: Transaction,
  requests: (Scope & { fingerprint: Buffer })[],
): Promise<Scope[]> {
  const sorted = [...requests].sort(byKey);
  return await tx.query(sql<Scope>`
    insert into idempotency_keys (customer_id, route, key, fingerprint)
    select customer_id, route, key, fingerprint
    from unnest(
      ${sorted.map((request) => request.customerId)}::uuid[],
      ${sorted.map((request) => request.route)}::text[],
      ${sorted.map((request) => request.key)}::text[],
      ${sorted.map((request) => request.fingerprint)}::bytea[]
    ) as new (customer_id, route, key, fingerprint)
    on conflict (customer_id, route, key) do nothing
    returning customer_id as "customerId", route, key`);
}

/** Ends the short patience that twins are waited for with: whoever waits for anything else is no twin. */
export async function waitForLocks(tx: Transaction): Promise<void> {
  await tx.query(sql`set local lock_timeout = 0`);
}

/** In one order everywhere, so that two transactions with the same keys cannot wait for one another. */
function byKey(one: Scope, other: Scope): number {
  return one.key < other.key ? -1 : one.key > other.key ? 1 : one.customerId < other.customerId ? -1 : 1;
}

/** Stores the answers of the calls that used their key. */
export async function storeResponses(tx: Transaction, answered: (Scope & StoredResponse)[]): Promise<void> {
  if (answered.length === 0) return;
  await tx.query(sql`
    update idempotency_keys
    set status = answered.status, location = answered.location, etag = answered.etag, body = answered.body
    from unnest(
      ${answered.map((each) => each.customerId)}::uuid[],
      ${answered.map((each) => each.route)}::text[],
      ${answered.map((each) => each.key)}::text[],
      ${answered.map((each) => each.status)}::smallint[],
      ${answered.map((each) => each.location)}::text[],
      ${answered.map((each) => each.etag)}::text[],
      ${answered.map((each) => each.body)}::text[]
    ) as answered (customer_id, route, key, status, location, etag, body)
    where idempotency_keys.customer_id = answered.customer_id
      and idempotency_keys.route = answered.route
      and idempotency_keys.key = answered.key`);
}

/** Gives back the keys of calls that were refused, so that the client may use them for a better request. */
export async function releaseKeys(tx: Transaction, scopes: Scope[]): Promise<void> {
  if (scopes.length === 0) return;
  await tx.query(sql`
    delete from idempotency_keys
    using unnest(
      ${scopes.map((scope) => scope.customerId)}::uuid[],
      ${scopes.map((scope) => scope.route)}::text[],
      ${scopes.map((scope) => scope.key)}::text[]
    ) as released (customer_id, route, key)
    where idempotency_keys.customer_id = released.customer_id
      and idempotency_keys.route = released.route
      and idempotency_keys.key = released.key`);
}

export interface UsedKey extends Scope, StoredResponse {
  fingerprint: Buffer;
}

/** What stands under keys that had been used before. */
export async function listUsedKeys(tx: Transaction, scopes: Scope[]): Promise<UsedKey[]> {
  if (scopes.length === 0) return [];
  return await tx.query(sql<UsedKey>`
    select known.customer_id as "customerId", known.route, known.key,
      known.fingerprint, known.status, known.location, known.etag, known.body
    from idempotency_keys as known
    join unnest(
      ${scopes.map((scope) => scope.customerId)}::uuid[],
      ${scopes.map((scope) => scope.route)}::text[],
      ${scopes.map((scope) => scope.key)}::text[]
    ) as asked (customer_id, route, key)
      on known.customer_id = asked.customer_id and known.route = asked.route and known.key = asked.key
    where known.status is not null`);
}

/** Forgets keys that were claimed long ago by Postgres's clock, the oldest first; answers how many. Replicas share the work. */
export async function forgetKeys(
  database: Queryable,
  { olderThanMs, limit }: { olderThanMs: number; limit: number },
): Promise<number> {
  const gone = await database.query(sql<{ key: string }>`
    with old as (
      select customer_id, route, key
      from idempotency_keys
      where created_at < now() - make_interval(secs => ${olderThanMs / 1_000}::double precision)
      order by created_at
      limit ${limit}
      for update skip locked
    )
    delete from idempotency_keys as known
    using old
    where known.customer_id = old.customer_id and known.route = old.route and known.key = old.key
    returning known.key`);
  return gone.length;
}
