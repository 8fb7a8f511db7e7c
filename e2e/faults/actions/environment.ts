import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Database, sql } from '@repo/postgres';
import { eventually } from '@repo/testing';
import { hold } from '../rig/hold.ts';
import type { Rig } from '../rig/rig.ts';

/** Lets Postgres accept no writes for a while, as a server that was the primary until a failover. */
export async function makeReadOnly(rig: Rig, ms: number): Promise<void> {
  const { order } = rig.auditor.databases;
  rig.note(`Postgres accepts no writes for ${ms} ms`);
  // Both apply to all databases of the server, and to open sessions.
  await order.query(sql`alter system set default_transaction_read_only = on`);
  await reload(order);
  await hold(ms);
  await order.query(sql`alter system reset default_transaction_read_only`);
  await reload(order);
}

async function reload(database: Database): Promise<void> {
  await database.query(sql`select pg_reload_conf()`);
}

/** Revokes a grant of payment for a while, as if a migration had forgotten it. */
export async function revokeGrant(rig: Rig, ms: number): Promise<void> {
  const { payment } = rig.auditor.databases;
  rig.note(`payment may not insert into payments for ${ms} ms`);
  await payment.query(sql`revoke insert on payments from payment_app`);
  await hold(ms);
  await payment.query(sql`grant insert on payments to payment_app`);
}

/** Holds a lock that payment's consumer waits for in vain, until it raises an alarm. */
export async function blockConsumer(rig: Rig): Promise<void> {
  const { payment } = rig.auditor.databases;
  rig.note("payment's inbox is locked until its consumer raises an alarm");
  const since = new Date().toISOString();
  const logs = (message: string) => async () =>
    (await linesOfPayment(rig)).some(
      ({ time, msg, worker }) => time > since && msg === message && worker?.startsWith('consumer of '),
    );
  await payment.transaction(async (tx) => {
    await tx.query(sql`lock table inbox in access exclusive mode`);
    await eventually(logs('a worker makes no progress'), {
      timeoutMs: 30_000,
      what: 'an alarm of the consumer that makes no progress',
    });
  });
  await eventually(logs('the worker makes progress again'), {
    timeoutMs: 30_000,
    what: 'the consumer to make progress again',
  });
}

interface Line {
  time: string;
  msg?: string;
  worker?: string;
}

async function linesOfPayment({ system }: Rig): Promise<Line[]> {
  const log = await readFile(join(system.dir, 'logs', 'payment.log'), 'utf8');
  // The last line may be incomplete.
  return log
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}
