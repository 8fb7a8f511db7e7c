import { columns } from '../figures/columns.ts';
import { type Cost, totalSeconds } from './cost.ts';

/** A figure that was measured, and what it cost. */
export interface Figure {
  name: string;
  cost: Cost;
}

/** What each confirmed order cost, a column for each figure. What all have nothing of is left out. */
export function costReportOf(figures: Figure[]): string[] {
  const perOrder = (label: string, read: (cost: Cost) => number, digits: number) =>
    figures.some(({ cost }) => read(cost) !== 0)
      ? [[label, ...figures.map(({ cost }) => shown(read(cost) / cost.confirmed, digits))]]
      : [];
  return [
    'What each confirmed order cost',
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

/** How often each loop turned, and how many records it took up each time. */
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

/** A number, or that there is none. */
export function shown(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : '-';
}
