import { columns } from '../figures/columns.ts';
import { type Cost, totalSeconds } from './cost.ts';

/** A measured figure, and its cost. */
export interface Figure {
  name: string;
  cost: Cost;
}

/** The cost of each confirmed order, a column for each figure. Rows of zeros are left out. */
export function costReportOf(figures: Figure[]): string[] {
  const perOrder = (label: string, read: (cost: Cost) => number, digits: number) =>
    figures.some(({ cost }) => read(cost) !== 0)
      ? [[label, ...figures.map(({ cost }) => shown(read(cost) / cost.confirmed, digits))]]
      : [];
  return [
    'Cost of each confirmed order',
    ...columns([
      ['', ...figures.map(({ name }) => name)],
      ['machine busy', ...figures.map(({ cost }) => `${Math.round(cost.busy * 100)} %`)],
      ...perOrder('processor ms', (cost) => totalSeconds(cost) * 1_000, 2),
      ...processesOf(figures).flatMap((name) =>
        perOrder(`  ${name}`, ({ processorSeconds }) => (processorSeconds[name] ?? 0) * 1_000, 2),
      ),
      ...perOrder('statements', ({ statements }) => statements, 1),
      ...perOrder('transactions', ({ transactions }) => transactions, 1),
      ...perOrder('  that wrote', ({ writes }) => writes, 1),
    ]),
    ...turnReportOf(figures),
  ];
}

/** The turns of each loop, and the records that it processed in each turn. */
function turnReportOf(figures: Figure[]): string[] {
  const loops = [...new Set(figures.flatMap(({ cost }) => cost.turns.map(({ loop }) => loop)))];
  if (loops.length === 0) return [];
  const cell = ({ turns, seconds }: Cost, loop: string) => {
    const of = turns.find((one) => one.loop === loop);
    return of ? `${shown(of.turns / seconds, 1)} x ${shown(of.records / of.turns, 1)}` : '-';
  };
  return [
    '',
    'Turns of each loop a second x records in each turn',
    ...columns([
      ['', ...figures.map(({ name }) => name)],
      ...loops.map((loop) => [loop, ...figures.map(({ cost }) => cell(cost, loop))]),
    ]),
  ];
}

function processesOf(figures: Figure[]): string[] {
  return [...new Set(figures.flatMap(({ cost }) => Object.keys(cost.processorSeconds)))];
}

/** A number, or a dash without one. */
export function shown(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : '-';
}
