import type { Call, Evidence } from '../invariants/evidence.ts';
import type { Plan, Result } from './run.ts';

/** The command that plays the same scripts again. */
export function replayOf({ seed, orders }: Plan): string {
  return `npm run test:property -- --seed ${seed} --orders ${orders}`;
}

/** The outcome of a run, for reading: the verdict for each invariant, and the first violations of each broken one. */
export function reportOf({ plan, verdicts, evidence }: Result, shown = 10): string {
  const width = Math.max(...verdicts.map(({ invariant }) => invariant.length));
  const lines = verdicts.flatMap(({ invariant, promise, violations }) => [
    `  ${violations.length > 0 ? 'BROKEN' : 'holds '}  ${invariant.padStart(width)}  ${promise}`,
    ...violations.slice(0, shown).map((violation) => `            ${violation}`),
    ...(violations.length > shown ? [`            ... and ${violations.length - shown} more`] : []),
  ]);
  return [`seed ${plan.seed}`, tallyOf(evidence), '', ...lines].join('\n');
}

/** What happened to the orders. A run that holds because nothing happened shows it here. */
function tallyOf({ orders, calls, events, ledger }: Evidence): string {
  const ends = [...endsOf(orders)].map(([end, count]) => `${count} ${end}`).join(', ');
  const refunds = ledger.filter(({ kind }) => kind === 'refund').length;
  const unknown = calls.filter(({ outcome }) => outcome === 'unknown').length;
  const repeats = events.length - new Set(events.map(({ id }) => id)).size;
  return [
    `${orders.length} orders (${ends}; ${refunds} refunded)`,
    `${calls.length} calls (${unknown} without an answer; ${refusalsOf(calls)})`,
    `${events.length} records on the topics (${repeats} of them repeats)`,
  ].join('\n');
}

/** How many calls were refused, by the type of the problem. */
function refusalsOf(calls: Call[]): string {
  const refused = calls.filter(({ outcome }) => outcome === 'failed');
  const types = Map.groupBy(refused, ({ answer }) => (answer as { type: string }).type.replace(/.*\//, ''));
  return [...types].map(([type, same]) => `${same.length} ${type}`).join(', ') || 'none refused';
}

/** How many orders reached each end: confirmed, or cancelled for one of the reasons. */
export function endsOf(orders: Evidence['orders']): Map<string, number> {
  const ends = Map.groupBy(orders, ({ reason, status }) => reason ?? status);
  return new Map([...ends].map(([end, same]) => [end, same.length] as const).sort());
}
