import { type Database, sql } from '@repo/postgres';
import { expected, send } from '@repo/stack';
import type { ServiceName } from '@repo/stack/topology';
import { eventually } from '@repo/testing';
import type { Heal } from './faults.ts';
import type { Site } from './site.ts';

/** Holds locks in a transaction, as a person does who forgets to commit. */
export async function holdLock(database: Database, text: string): Promise<Heal> {
  const locked = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const transaction = database.transaction(async (tx) => {
    // Connections of ours may not idle in a transaction, unlike a person's.
    await tx.query(sql`set local idle_in_transaction_session_timeout = 0`);
    await tx.query(sql`set local transaction_timeout = 0`);
    await tx.query({ text, values: [] });
    locked.resolve();
    await released.promise;
  });
  transaction.catch(locked.reject);
  await locked.promise;
  return () => {
    released.resolve();
    return transaction;
  };
}

/** Takes the lock by which a relay leads, so that no process of the service can have it. */
export async function takeLeadership(database: Database, service: ServiceName): Promise<Heal> {
  const holding = holdLock(database, `select pg_advisory_xact_lock(hashtext('relay'))`);
  const isWaiting = async () => {
    const waiting = await database.query(
      sql`select pid from pg_locks where locktype = 'advisory' and not granted`,
    );
    return waiting.length > 0;
  };
  await eventually(isWaiting, { what: 'the lock of the relay to be asked for' });
  await database.query(sql`
    select pg_terminate_backend(pid)
    from pg_stat_activity
    where application_name = ${`${service} relay`}`);
  return holding;
}

/** Lets two transactions wait for each other, until Postgres ends one of them. */
export async function causeDeadlock(database: Database): Promise<Heal> {
  const lock = (key: number) => ({ text: `select pg_advisory_xact_lock(${key})`, values: [] });
  const both = Promise.withResolvers<void>();
  let holding = 0;
  const locking = (first: number, second: number) =>
    database.transaction(async (tx) => {
      await tx.query(lock(first));
      if (++holding === 2) both.resolve();
      await both.promise;
      await tx.query(lock(second));
    });
  await Promise.allSettled([locking(1, 2), locking(2, 1)]);
  return async () => {};
}

/** Holds the table of payments while captures wait, which the provider has failed to answer. */
export async function holdPayments(site: Site): Promise<Heal> {
  const { payment } = site.databases;
  await changeProvider(site, { errorRate: 1 });
  const wait = async () => {
    const waiting = await payment.query(sql`select id from payments where status = 'pending'`);
    return waiting.length >= 5;
  };
  await eventually(wait, { timeoutMs: 30_000, what: 'captures to wait' });
  const release = await holdLock(payment, 'lock table payments in exclusive mode');
  return async () => {
    await changeProvider(site, {});
    await release();
  };
}

/** How the payment provider behaves; a fault that is left out does not occur. */
async function changeProvider({ system }: Site, behaviour: { errorRate?: number }): Promise<void> {
  const url = `${system.running.external['payment-provider'].url}/v1/behaviour`;
  expected(await send(url, 'PUT', { body: behaviour }), 200);
}
