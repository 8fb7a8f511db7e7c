import { parseArgs } from 'node:util';
import { flushTelemetry, gauge, ownName } from '@repo/observability';
import { type Database, sql, type Transaction } from '@repo/postgres';
import { type ListedRecord, type RecordKind, type RecordPage, readRecords } from './record-list.ts';

/** A difference between the data of this service and a record of another. */
export interface Difference {
  /** Describes the difference. */
  sentence: string;
  /** A clause that describes how the difference is healed; without it, an operator has to decide. */
  healing?: string;
}

/** The operator who heals a difference, and the reason: for the audit row. */
export interface Healer {
  actor: string;
  reason: string;
}

export interface ReconcileOptions<Listed extends ListedRecord, Found extends Difference> {
  /** The data of this service, for the last line: 'Readings'. */
  name: string;
  /** The records of the other service. */
  records: RecordKind<Listed>;
  database: Database;
  print: (line: string) => void;
  printError: (line: string) => void;
  /** Compares the records, and yields each difference; 'not settled' for each record that still changes. */
  compare(
    pages: AsyncIterable<RecordPage<Listed>>,
    settledBefore: Date,
  ): AsyncIterable<Found | 'not settled'>;
  /**
   * Heals a difference, and writes the audit row in the same transaction. It reads the rows of the difference again,
   * under a lock, and returns false if they no longer differ.
   */
  heal(tx: Transaction, found: Found, by: Healer): Promise<boolean>;
}

const differences = gauge({
  name: ownName('reconciliation.differences'),
  unit: '{difference}',
  description: 'How many differences did the latest reconciliation leave?',
});

const DEFAULT_SETTLE_SECONDS = 60;
const RUNBOOK = 'docs/runbooks/reconciliation-differences.md';

/**
 * Compares the data of a service with the records on standard input, in a process of its own. It prints one line for
 * each difference. Returns the exit status: 1 if differences are left, 2 if the comparison failed.
 *
 * Its arguments are `--settle-seconds N`: a record counts as settled so long after its last change; and
 * `--apply-as NAME`: differences are healed, one by one, in the name of this operator.
 */
export async function runReconcile<Listed extends ListedRecord, Found extends Difference>(
  options: ReconcileOptions<Listed, Found>,
): Promise<number> {
  const { name, records, database, print, printError } = options;
  try {
    const args = readReconcileArguments();
    const settledBefore = await readCutoff(database, args.settleSeconds);
    const counts = { differences: 0, healed: 0, unsettled: 0 };
    const pages = readRecords(process.stdin, records);
    for await (const found of options.compare(pages, settledBefore)) {
      if (found === 'not settled') {
        counts.unsettled++;
        continue;
      }
      counts.differences++;
      const [outcome, isHealed] = await handleDifference(found, args, options);
      if (isHealed) counts.healed++;
      print(`${found.sentence} ${outcome}`);
    }
    print(`${name}: ${summary(counts, records.name)}.`);
    differences.observe(() => counts.differences - counts.healed);
    await flushTelemetry().catch((error) => printError(`The result was not exported: ${error.message}`));
    return counts.differences > counts.healed ? 1 : 0;
  } catch (error) {
    const { message, cause } = error as Error;
    printError(`${name} could not be compared: ${cause instanceof Error ? cause.message : message}`);
    return 2;
  }
}

export interface ReconcileArguments {
  /** How long ago a record must have changed last to be compared. */
  settleSeconds: number;
  /** The operator who has differences healed. */
  actor: string | undefined;
}

/** @throws Error if an argument is unknown, or is no number */
export function readReconcileArguments(): ReconcileArguments {
  const { values } = parseArgs({
    options: { 'settle-seconds': { type: 'string' }, 'apply-as': { type: 'string' } },
  });
  const settleSeconds = Number(values['settle-seconds'] ?? DEFAULT_SETTLE_SECONDS);
  if (!(settleSeconds >= 0)) throw new Error('--settle-seconds takes a number of seconds.');
  return { settleSeconds, actor: values['apply-as'] };
}

/** Uses Postgres's clock, which also writes the times that are compared with the cutoff. */
async function readCutoff(database: Database, settleSeconds: number): Promise<Date> {
  const [row] = await database.query(sql<{ cutoff: Date }>`
    select now() - make_interval(secs => ${settleSeconds}::double precision) as cutoff`);
  return (row as { cutoff: Date }).cutoff;
}

async function handleDifference<Found extends Difference>(
  found: Found,
  { actor }: ReconcileArguments,
  { database, heal }: Pick<ReconcileOptions<ListedRecord, Found>, 'database' | 'heal'>,
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

type Counts = Record<'differences' | 'healed' | 'unsettled', number>;

function summary({ differences, healed, unsettled }: Counts, records: string): string {
  return [
    differences === 0 ? 'no differences' : `differences: ${differences}`,
    ...(healed > 0 ? [`healed: ${healed}`] : []),
    ...(unsettled > 0 ? [`${records} that are not settled yet: ${unsettled}`] : []),
  ].join(', ');
}
