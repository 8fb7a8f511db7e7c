import type { KeyFigures } from './key-figures.ts';

/** The figures of two commits, measured one after the other; a run that is not valid has none. */
export interface Round {
  that: KeyFigures;
  this: KeyFigures;
}

/** A figure of this tree over that of the other commit. */
export interface Comparison {
  figure: string;
  /** Medians of all rounds. */
  that: number;
  this: number;
  /** Over the ratios of all rounds. */
  ratio: { median: number; lowest: number; highest: number };
  rounds: number;
}

/**
 * Compares round by round, since the speed of a shared machine drifts between them. A figure that only one of the two
 * has is left out.
 */
export function compare(rounds: Round[]): Comparison[] {
  const names = [
    ...new Set(rounds.flatMap((round) => [...Object.keys(round.that), ...Object.keys(round.this)])),
  ];
  return names.flatMap((figure) => {
    const pairs = rounds.flatMap((round) => {
      const [that, own] = [round.that[figure], round.this[figure]];
      return that === undefined || own === undefined ? [] : [{ that, this: own, ratio: own / that }];
    });
    const ratios = pairs.map(({ ratio }) => ratio).filter(Number.isFinite);
    if (ratios.length === 0) return [];
    return [
      {
        figure,
        that: median(pairs.map((pair) => pair.that)),
        this: median(pairs.map((pair) => pair.this)),
        ratio: { median: median(ratios), lowest: Math.min(...ratios), highest: Math.max(...ratios) },
        rounds: ratios.length,
      },
    ];
  });
}

function median(values: number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const [low, high] = [(sorted.length - 1) / 2, sorted.length / 2].map(Math.floor) as [number, number];
  return ((sorted[low] as number) + (sorted[high] as number)) / 2;
}
