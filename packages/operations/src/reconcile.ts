import { parseArgs } from 'node:util';
import { type Database, sql, type Transaction } from '@repo/postgres';
import { type OrderPage, readOrders } from './compared-orders.ts';

/** Where what a service keeps differs from the order. */
export interface Difference {
  orderId: string;
  /** What differs, in a sentence. */
  sentence: string;
  /** What heals it, as a sentence says it; without it, a person has to decide. */
  healing?: string;
}

/** Who heals a difference, and why: for the audit row. */
export interface Healer {
  actor: string;
  reason: string;
}

export interface ReconcileOptions<Found extends Difference> {
  /** What is compared, for the last line: 'Payments'. */
  name: string;
  database: Database;
  say: (line: string) => void;
  complain: (line: string) => void;
  /** Compares with the orders, and yields each difference; 'not settled' for each order that is still under way. */
  compare(orders: AsyncIterable<OrderPage>, settledBefore: Date): AsyncIterable<Found | 'not settled'>;
  /**
   * Heals a difference, and writes the audit row in the same transaction. It reads again, under a lock, what the
   * difference is about: answers false when that is so no longer.
   */
  heal(tx: Transaction, found: Found, by: Healer): Promise<boolean>;
}

const DEFAULT_SETTLE_SECONDS = 60;
const RUNBOOK = 'docs/runbooks/reconciliation-differences.md';

/**
 * Compares what a service keeps with the orders on standard input, in a process of its own. It prints each difference in
 * a line. Answers the status to end with: 1 where differences are left, and 2 where it cannot tell.
 *
 * Its arguments are `--settle-seconds N`, for how long after its last change nothing is compared, and `--apply-as NAME`:
 * then what can be healed is healed, one by one, in that name.
 */
export async function runReconcile<Found extends Difference>(
  options: ReconcileOptions<Found>,
): Promise<number> {
  const { name, database, say, complain } = options;
  try {
    const args = readReconcileArguments();
    const settledBefore = await readCutoff(database, args.settleSeconds);
    const counts = { differences: 0, healed: 0, unsettled: 0 };
    for await (const found of options.compare(readOrders(process.stdin), settledBefore)) {
      if (found === 'not settled') {
        counts.unsettled++;
        continue;
      }
      counts.differences++;
      const [outcome, isHealed] = await dealWith(found, args, options);
      if (isHealed) counts.healed++;
      say(`${found.sentence} ${outcome}`);
    }
    say(`${name}: ${summary(counts)}.`);
    return counts.differences > counts.healed ? 1 : 0;
  } catch (error) {
    const { message, cause } = error as Error;
    complain(`${name} could not be compared: ${cause instanceof Error ? cause.message : message}`);
    return 2;
  }
}

export interface ReconcileArguments {
  /** How long ago an order must have ended for all that belongs to it to be compared. */
  settleSeconds: number;
  /** Who asks for differences to be healed. */
  actor: string | undefined;
}

/** @throws Error where an argument is unknown, or is no number */
export function readReconcileArguments(): ReconcileArguments {
  const { values } = parseArgs({
    options: { 'settle-seconds': { type: 'string' }, 'apply-as': { type: 'string' } },
  });
  const settleSeconds = Number(values['settle-seconds'] ?? DEFAULT_SETTLE_SECONDS);
  if (!(settleSeconds >= 0)) throw new Error('--settle-seconds takes a number of seconds.');
  return { settleSeconds, actor: values['apply-as'] };
}

/** By Postgres's clock, which also writes the times that are compared with it. */
async function readCutoff(database: Database, settleSeconds: number): Promise<Date> {
  const [row] = await database.query(sql<{ cutoff: Date }>`
    select now() - make_interval(secs => ${settleSeconds}::double precision) as cutoff`);
  return (row as { cutoff: Date }).cutoff;
}

async function dealWith<Found extends Difference>(
  found: Found,
  { actor }: ReconcileArguments,
  { database, heal }: ReconcileOptions<Found>,
): Promise<[outcome: string, isHealed: boolean]> {
  const { healing, sentence: reason } = found;
  if (!healing) return [`See ${RUNBOOK}.`, false];
  if (actor === undefined) return [`With --apply, ${healing}.`, false];
  try {
    const isHealed = await database.transaction((tx) => heal(tx, found, { actor, reason }));
    return [isHealed ? `Healed: ${healing}.` : 'It has changed since; compare again.', isHealed];
  } catch (error) {
    return [`It could not be healed: ${(error as Error).message}`, false];
  }
}

function summary({ differences, healed, unsettled }: Record<'differences' | 'healed' | 'unsettled', number>) {
  return [
    differences === 0 ? 'no differences' : `differences: ${differences}`,
    ...(healed > 0 ? [`healed: ${healed}`] : []),
    ...(unsettled > 0 ? [`orders that are not settled yet: ${unsettled}`] : []),
  ].join(', ');
}
