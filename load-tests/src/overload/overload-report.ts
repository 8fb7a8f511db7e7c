import { costReportOf } from '../cost/cost-report.ts';
import { columns } from '../figures/columns.ts';
import { latencyCells, latencyNames } from '../figures/latency-cells.ts';
import type { OverloadResult } from './overload.ts';

/** The printed report of a valid run under overload. */
export function overloadReportOf(result: OverloadResult): string {
  const { machine, plan, alone, kneePerSecond, flood, backAfterSeconds, orders } = result;
  const { processors, model, node, loadBefore } = machine;
  const share = (part: number, whole: number) => `${Math.round((part / whole) * 100)} %`;
  const { generator = 0 } = flood.cost.processorSeconds;
  const answers = flood.accepted.count + flood.refused.count;
  return [
    `${processors} processors (${model}), Node ${node}, load before the start ${loadBefore.toFixed(2)}`,
    `Everything runs on them. The generator alone used ${share(generator, flood.cost.seconds)} of one.`,
    '',
    `Overload: ${flood.rate.toFixed(0)} new orders/s for ${plan.seconds} s, three times the knee`,
    ...columns([
      ['', 'confirmed/s', 'of the knee'],
      ['knee', kneePerSecond.toFixed(0), '100 %'],
      ['overload', flood.confirmedPerSecond.toFixed(0), share(flood.confirmedPerSecond, kneePerSecond)],
    ]),
    '',
    'Answers, each timed from the moment at which its request was due',
    ...columns([
      ['answer', 'share', ...latencyNames],
      ['201', share(flood.accepted.count, answers), ...latencyCells(flood.accepted)],
      ['503', share(flood.refused.count, answers), ...latencyCells(flood.refused)],
      ['sent (the generator)', '', ...latencyCells(flood.late)],
    ]),
    `  ${flood.retried} orders were placed after a refusal; ${flood.givenUp} were given up.`,
    '',
    ...costReportOf([{ name: 'overload', cost: flood.cost }]),
    '',
    'Resident memory, peak',
    ...columns([
      ['service', 'first quarter MB', 'last quarter MB'],
      ...Object.entries(flood.memory).map(([name, { first, last }]) => [
        name,
        first.toFixed(0),
        last.toFixed(0),
      ]),
    ]),
    '',
    backAfterSeconds === undefined
      ? 'After the overload a single order was never confirmed as fast as before.'
      : `A single order was confirmed as fast as before (${alone.confirmed.max.toFixed(0)} ms) ${backAfterSeconds.toFixed(1)} s after the overload.`,
    `Valid: ${orders.accepted} orders; none lost, repeated or oversold, the money agrees.`,
  ].join('\n');
}
