import { columns } from '../figures/columns.ts';
import { type Cost, totalSeconds } from './cost.ts';
import { shown } from './cost-report.ts';

/** The cost of each second without orders. */
export function idleReportOf(idle: Cost): string[] {
  const each = (label: string, count: number, digits: number) => [label, shown(count / idle.seconds, digits)];
  return [
    `Idle: no order for ${idle.seconds.toFixed(0)} s; the machine was ${Math.round(idle.busy * 100)} % busy`,
    ...columns([
      ['each second', ''],
      each('processor seconds', totalSeconds(idle), 3),
      ...Object.entries(idle.processorSeconds).map(([name, seconds]) => each(`  ${name}`, seconds, 3)),
      each('statements', idle.statements, 1),
      each('transactions', idle.transactions, 1),
      each('  that wrote', idle.writes, 1),
    ]),
  ];
}
