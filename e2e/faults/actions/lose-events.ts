import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { sql } from '@repo/postgres';
import { serviceNames, services } from '@repo/stack/topology';
import { eventually } from '@repo/testing';
import { alarmsIn, readLogs } from '../../audit/logs.ts';
import type { Rig } from '../rig/rig.ts';
import { cancelOrder, type PlacedOrder, placeOrder } from './place-order.ts';
import { kill } from './processes.ts';
import { degradeProvider, NORMAL_PROVIDER } from './provider.ts';

const TOPIC = 'order.events';
/** The groups of the other services that consume the topic. */
const OTHERS = serviceNames
  .flatMap((service) => services[service].consumes)
  .filter(({ group, topics }) => group !== 'payment' && topics.includes(TOPIC))
  .map(({ group }) => group);
const LOSS_ALARM = 'unconsumed-events-deleted';

/**
 * Pauses payment while it captures the payments of some orders, cancels the orders, and lets Kafka delete the
 * cancellations before payment has consumed them. Payment restarts and finds its captures. Only
 * `npm run reconcile -- --apply` can find that the orders are cancelled; it schedules the refunds.
 */
export async function loseEvents(rig: Rig, { orders }: { orders: number }): Promise<void> {
  rig.expectedAlarms.add(LOSS_ALARM);
  await degradeProvider(rig, { latencyMs: 2_000 });
  const placed = await Promise.all(Array.from({ length: orders }, () => placeOrder(rig)));
  await eventually(async () => (await paymentsOf(rig, placed, 'pending')) === orders, {
    what: 'the captures to be requested',
  });
  rig.note('payment is paused while it captures, and the orders are cancelled');
  await rig.system.control('pause', 'payment');
  rig.paused.add('payment');
  for (const order of placed) await cancelOrder(rig, order);
  await deleteRecords(rig, placed);
  await kill(rig, 'payment');
  rig.paused.delete('payment');
  await degradeProvider(rig, NORMAL_PROVIDER);
  await eventually(() => isAlarmed(rig), { timeoutMs: 30_000, what: 'an alarm about the deleted events' });
  await eventually(async () => (await paymentsOf(rig, placed, 'captured')) === orders, {
    timeoutMs: 60_000,
    what: 'the captures to be known',
  });
  await reconcileUntilHealed(rig);
}

/** How many of these orders have a payment of this status whose capture was requested. */
async function paymentsOf({ auditor }: Rig, orders: PlacedOrder[], status: string): Promise<number> {
  const rows = await auditor.databases.payment.query(sql`
    select id
    from payments
    where order_id = any(${orders.map(({ id }) => id)}::uuid[]) and status = ${status} and asked_at is not null`);
  return rows.length;
}

/** As a retention that is too short. Every other service has consumed the records before they are deleted. */
async function deleteRecords({ auditor, note }: Rig, cancelled: PlacedOrder[]): Promise<void> {
  const { kafka, recording } = auditor;
  await Promise.all(cancelled.map(({ id }) => recording.whenPublished(id, ['order.cancelled'])));
  const endOffsets = await kafka.endOffsets([TOPIC]);
  const isRecorded = ({ high }: { high: bigint }, partition: number) =>
    high === 0n ||
    recording.records.some(
      (one) => one.topic === TOPIC && one.partition === partition && one.offset >= high - 1n,
    );
  await eventually(
    async () => {
      const lags = await Promise.all(OTHERS.map((group) => kafka.lag(group, [TOPIC], endOffsets)));
      return lags.every((lag) => lag === 0) && endOffsets[TOPIC]?.every(isRecorded);
    },
    { timeoutMs: 30_000, what: 'the other services to consume the records' },
  );
  await kafka.deleteRecords(TOPIC, endOffsets);
  note(`all records of ${TOPIC} are deleted`);
}

async function isAlarmed({ system }: Rig): Promise<boolean> {
  const alarms = alarmsIn(await readLogs(join(system.dir, 'logs')));
  return alarms.some((alarm) => alarm.includes(LOSS_ALARM));
}

/** Repeats it until there is nothing left to heal: a payment in progress is not compared yet. */
async function reconcileUntilHealed(rig: Rig): Promise<void> {
  let healed = 0;
  const agree = async () => {
    const { status, printed } = await reconcile(rig, '--settle-seconds', '1', '--apply');
    healed += printed.match(/Healed: /g)?.length ?? 0;
    return status === 0 && healed > 0;
  };
  await eventually(agree, {
    timeoutMs: 60_000,
    everyMs: 1_000,
    what: 'npm run reconcile to heal the payments',
  });
  rig.note(`npm run reconcile has healed ${healed} differences`);
}

async function reconcile({ system }: Rig, ...args: string[]): Promise<{ status: number; printed: string }> {
  const command = join(import.meta.dirname, '../../../stack/src/commands/reconcile.ts');
  const child = spawn(process.execPath, [command, ...args], {
    env: { ...process.env, TENFOLD_DIR: system.dir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [printed, [status]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return { status, printed };
}
