import { columns } from '../figures/columns.ts';
import type { Comparison } from './compare.ts';

/** Which commit is better at what, for reading. */
export function againstReportOf(commit: string, comparisons: Comparison[]): string {
  return [
    `This tree against ${commit}`,
    'The ratio is that of this tree to that commit, the median of all rounds with the lowest and the highest.',
    ...columns([
      ['figure', 'that commit', 'this tree', 'ratio', 'spread', 'rounds'],
      ...comparisons.map(({ figure, that, this: own, ratio, rounds }) => [
        figure,
        shown(that),
        shown(own),
        ratio.median.toFixed(2),
        `${ratio.lowest.toFixed(2)} - ${ratio.highest.toFixed(2)}`,
        String(rounds),
      ]),
    ]),
  ].join('\n');
}

/** Three digits that count. */
function shown(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
