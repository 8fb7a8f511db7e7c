import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { sql } from '@repo/postgres';
import { eventually } from '@repo/testing';
import { alarmsIn, readLogs } from '../../audit/logs.ts';
import type { Rig } from '../rig/rig.ts';
import { degradeProvider, kill, NORMAL_PROVIDER } from './actions.ts';
import { cancelOrder, type PlacedOrder, placeOrder } from './place-order.ts';

const TOPIC = 'order.events';
const LOSS_ALARM = 'events were deleted before they were consumed';

/**
 * Stops payment while it asks for the money of some orders, has them cancelled, and has Kafka delete the cancellations
 * before payment has consumed them. Payment comes back and learns that it has captured; `npm run reconcile -- --apply`
 * finds what nobody else would, and has it paid back.
 */
export async function loseEvents(rig: Rig, { orders }: { orders: number }): Promise<void> {
  rig.expectedAlarms.add(LOSS_ALARM);
  await degradeProvider(rig, { latencyMs: 2_000 });
  const placed = await Promise.all(Array.from({ length: orders }, () => placeOrder(rig)));
  await eventually(async () => (await paymentsOf(rig, placed, 'pending')) === orders, {
    what: 'the payments to be asked for',
  });
  rig.note('payment is stopped while it asks for money, and the orders are cancelled');
  await rig.system.control('pause', 'payment');
  rig.paused.add('payment');
  for (const order of placed) await cancelOrder(rig, order);
  await deleteRecords(rig, placed);
  await kill(rig, 'payment');
  rig.paused.delete('payment');
  await degradeProvider(rig, NORMAL_PROVIDER);
  await eventually(() => isAlarmed(rig), { timeoutMs: 30_000, what: 'an alarm about what was deleted' });
  await eventually(async () => (await paymentsOf(rig, placed, 'captured')) === orders, {
    timeoutMs: 60_000,
    what: 'the captures to be known',
  });
  await reconcileUntilHealed(rig);
}

/** How many of these orders have a payment of this status that the provider was asked for. */
async function paymentsOf({ auditor }: Rig, orders: PlacedOrder[], status: string): Promise<number> {
  const rows = await auditor.databases.payment.query(sql`
    select id
    from payments
    where order_id = any(${orders.map(({ id }) => id)}::uuid[]) and status = ${status} and asked_at is not null`);
  return rows.length;
}

/** As retention does that is too short. Everybody but payment has consumed what is deleted. */
async function deleteRecords({ auditor, note }: Rig, cancelled: PlacedOrder[]): Promise<void> {
  const { kafka, recording } = auditor;
  await Promise.all(cancelled.map(({ id }) => recording.whenPublished(id, ['order.cancelled'])));
  const ends = await kafka.endOffsets([TOPIC]);
  const isRecorded = ({ high }: { high: bigint }, partition: number) =>
    high === 0n ||
    recording.records.some(
      (one) => one.topic === TOPIC && one.partition === partition && one.offset >= high - 1n,
    );
  await eventually(
    async () => {
      const lags = await Promise.all(
        ['inventory', 'notification'].map((group) => kafka.lag(group, [TOPIC], ends)),
      );
      return lags.every((lag) => lag === 0) && ends[TOPIC]?.every(isRecorded);
    },
    { timeoutMs: 30_000, what: 'the others to consume what is to be deleted' },
  );
  await kafka.deleteRecords(TOPIC, ends);
  note(`all records of ${TOPIC} are deleted`);
}

async function isAlarmed({ system }: Rig): Promise<boolean> {
  const alarms = alarmsIn(await readLogs(join(system.dir, 'logs')));
  return alarms.some((alarm) => alarm.includes(LOSS_ALARM));
}

/** Until there is nothing left to heal: what is under way is not compared yet. */
async function reconcileUntilHealed(rig: Rig): Promise<void> {
  let healed = 0;
  const agree = async () => {
    const { status, printed } = await reconcile(rig, '--settle-seconds', '1', '--apply');
    healed += printed.match(/Healed: /g)?.length ?? 0;
    return status === 0 && healed > 0;
  };
  await eventually(agree, { timeoutMs: 60_000, everyMs: 1_000, what: 'npm run reconcile to heal the books' });
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
