import type { KeyFigures } from './key-figures.ts';

/** What one round measured of two commits, one after the other; a run that does not count has no figures. */
export interface Round {
  that: KeyFigures;
  this: KeyFigures;
}

/** A figure of this commit over that of the other one. */
export interface Comparison {
  figure: string;
  /** Medians of all rounds. */
  that: number;
  this: number;
  /** Of the ratios of each round: the median, the lowest and the highest. */
  ratio: { median: number; lowest: number; highest: number };
  rounds: number;
}

/**
 * Compares round by round, since a machine that others share drifts between them. A figure that only one of the two has
 * is left out.
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
