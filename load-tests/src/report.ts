import { columns } from './columns.ts';
import { costReportOf } from './cost/cost-report.ts';
import type { Latency } from './figures.ts';
import type { Result } from './measure.ts';

/** What a valid run has measured, for reading. */
export function reportOf({ machine, plan, alone, steps, knee, openLoops, orders }: Result): string {
  const { processors, model, node, loadBefore } = machine;
  const share = (rate: number) => `${Math.round((rate / knee.confirmedPerSecond) * 100)} %`;
  return [
    `${processors} processors (${model}), Node ${node}, load before the start ${loadBefore.toFixed(2)}`,
    `Everything runs on them, the generator included; ${plan.mail ? 'each order also causes an e-mail' : 'no e-mails (--mail)'}.`,
    '',
    'Closed loop: each customer waits for the end of an order before the next',
    ...columns([
      ['customers', 'confirmed/s', ...latencyNames],
      ...[alone, ...steps].map((step) => [
        `${step.connections}${step !== knee ? '' : step === steps.at(-1) ? ' (still rising)' : ' (knee)'}`,
        step.confirmedPerSecond.toFixed(0),
        ...latencyCells(step.confirmed),
      ]),
    ]),
    '',
    'Open loop: timed from the moment at which each order was due',
    ...columns([
      ['orders/s', 'of the knee', 'until', ...latencyNames],
      ...openLoops.flatMap((loop) => [
        [loop.rate.toFixed(0), share(loop.rate), 'confirmed on the topic', ...latencyCells(loop.confirmed)],
        ['', '', 'answered (POST)', ...latencyCells(loop.answered)],
        ['', '', 'sent (the generator)', ...latencyCells(loop.late)],
      ]),
    ]),
    '',
    ...costReportOf([
      ...[alone, ...steps].map(({ connections, cost }) => ({ name: `${connections} cust.`, cost })),
      ...openLoops.map(({ rate, cost }) => ({ name: `${rate.toFixed(0)}/s`, cost })),
    ]),
    '',
    `Valid: ${orders.accepted} orders and ${orders.repeats} repeats; none lost, repeated or oversold, the money agrees.`,
  ].join('\n');
}

/** Why a run does not count; of many reasons the first. */
export function complaintOf(faults: string[], shown = 20): string {
  const more = faults.length > shown ? [`... and ${faults.length - shown} more`] : [];
  return ['This run does not count:', ...faults.slice(0, shown), ...more].join('\n  ');
}

export const latencyNames = ['p50 ms', 'p95 ms', 'p99 ms', 'max ms'];

export function latencyCells({ p50, p95, p99, max }: Latency): string[] {
  return [p50, p95, p99, max].map((value) => (Number.isNaN(value) ? '-' : value.toFixed(1)));
}
