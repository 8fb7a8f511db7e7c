import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { sql } from '@repo/postgres';
import { eventually } from '@repo/testing';
import type { Heal } from './faults.ts';
import type { Site } from './site.ts';

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
