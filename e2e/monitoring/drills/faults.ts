import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Database, sql } from '@repo/postgres';
import { expected, itemsOf, send } from '@repo/stack';
import type { ServiceName } from '@repo/stack/topology';
import { eventually } from '@repo/testing';
import { v7 as uuidv7 } from 'uuid';
import { hold } from '../../faults/rig/hold.ts';
import type { Site } from './site.ts';

export type Heal = () => Promise<unknown>;

/** Stops a process until it is healed. */
export async function stopProcess({ system }: Site, name: string): Promise<Heal> {
  await system.control('stop', name);
  return () => system.control('start', name);
}

/** Disturbs the connections to a server until it is healed. */
export async function disturb(
  site: Site,
  server: string,
  how: 'reject' | { delayMs: number },
): Promise<Heal> {
  const proxy = site.proxies.get(server);
  if (!proxy) throw new Error(`There is no proxy before ${server}.`);
  if (how === 'reject') proxy.reject();
  else proxy.delay(how.delayMs);
  return () => proxy.restore();
}

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

/** Publishes a record that no consumer can read. It is healed as an operator heals it: it is discarded. */
export async function publishPoison({ publisher, system, shoppers }: Site): Promise<Heal> {
  const [key, id] = [uuidv7(), uuidv7()];
  const headers = { ce_specversion: '1.0', ce_id: id, ce_source: '/order', ce_type: 'order.confirmed' };
  const about = { ...headers, ce_time: new Date().toISOString(), ce_subject: key };
  await publisher.publish([
    { topic: 'order.events', records: [{ key, value: '{"orderId":', headers: about }] },
  ]);
  const token = shoppers.staff;
  return async () => {
    for (const { url } of Object.values(system.running.services)) {
      for (const one of itemsOf<{ id: string }>(await send(`${url}/v1/dead-letters`, 'GET', { token }))) {
        const body = { reason: 'a drill' };
        const discard = `${url}/v1/dead-letters/${one.id}/discard`;
        expected(await send(discard, 'POST', { token, key: randomUUID(), body }), 200);
      }
    }
  };
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

const LIVES_MS = 4_000;

/** Kills a process again and again, soon after each start. */
export async function killRepeatedly({ system }: Site, name: string, times: number): Promise<Heal> {
  for (let time = 0; time <= times; time++) {
    const pid = system.pidOf(name);
    if (pid === null) throw new Error(`${name} does not run, and cannot be killed.`);
    process.kill(pid, 'SIGKILL');
    const isBack = () => system.pidOf(name) !== null && system.pidOf(name) !== pid;
    await eventually(isBack, { timeoutMs: 30_000, what: `${name} to be back` });
    // Long enough to report that it lives, and short enough to count as one that does not stay.
    if (time < times) await hold(LIVES_MS);
  }
  return async () => {};
}

/** Orders that changed later are still on their way, and are not compared. */
const SETTLE_S = 8;

/** Changes the amount of a captured payment by hand, and compares the books; heals it, and compares them again. */
export async function falsifyPayment(site: Site): Promise<Heal> {
  const { payment } = site.databases;
  const falsify = () =>
    payment.query(sql<{ id: string }>`
      update payments
      set amount_cents = amount_cents + 1
      where id = (
        select id
        from payments
        where status = 'captured' and settled_at < now() - make_interval(secs => ${SETTLE_S}::integer)
        order by id
        limit 1)
      returning id`);
  const [falsified] = await eventually(
    async () => {
      const rows = await falsify();
      return rows.length > 0 && rows;
    },
    { timeoutMs: 30_000, what: 'a payment that was captured some seconds ago' },
  );
  const heal = async () => {
    await payment.query(sql`update payments set amount_cents = amount_cents - 1 where id = ${falsified?.id}`);
    await reconcile(site);
  };
  const { status, output } = await reconcile(site);
  if (status === 1) return heal;
  await heal();
  throw new Error(`npm run reconcile did not find the difference: ${output}`);
}

/** Runs `npm run reconcile`, which sends its result as a metric. */
async function reconcile({ system, env }: Site): Promise<{ status: number; output: string }> {
  const command = join(import.meta.dirname, '../../../stack/src/commands/reconcile.ts');
  const child = spawn(process.execPath, [command, '--settle-seconds', String(SETTLE_S)], {
    env: { ...env, TENFOLD_DIR: system.dir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [printed, failed, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { status, output: printed + failed };
}
