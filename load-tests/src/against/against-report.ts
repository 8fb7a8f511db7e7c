import { columns } from '../figures/columns.ts';
import type { Comparison } from './compare.ts';

/** The printed comparison of two commits. */
export function againstReportOf(commit: string, comparisons: Comparison[]): string {
  return [
    `This tree against ${commit}`,
    'Ratio: this tree over that commit, the median of all rounds; spread: the lowest and the highest.',
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

/** Three significant digits. */
function shown(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
