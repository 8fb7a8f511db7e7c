import type { ProcessStatus } from '../supervisor/processes/supervised-process.ts';
import type { Figure } from '../telemetry/series-store.ts';
import { quantile } from './quantile.ts';

/** Rates are over this time, and quantiles over a longer one, in which there are enough values. */
export const RATE_SECONDS = 10;
export const QUANTILE_SECONDS = 60;

/** Attributes that a series must have, with the service (`service.name`) and the process (`service.instance.id`). */
export type Where = Record<string, string>;

/** What was read at one time: the metrics of the last seconds, over both times, and the processes. */
export type Sample = {
  at: Date;
  short: Figure[];
  long: Figure[];
  processes: ProcessStatus[];
};

/**
 * Answers the questions of the rows from a sample. Each answer is null where there is no data: a value that is unknown must
 * not look like 0.
 */
export function figuresOf({ short, long, processes }: Sample) {
  const gauges = (name: string, where?: Where): number[] =>
    matching(short, name, where).flatMap((figure) => (figure.kind === 'gauge' ? [figure.value] : []));
  const histograms = (name: string, where?: Where) =>
    matching(long, name, where).flatMap((figure) => (figure.kind === 'histogram' ? [figure] : []));

  return {
    processes,
    /** How often a second: of a counter its increase, of a histogram its values. */
    rate(name: string, where?: Where): number | null {
      const counts = matching(short, name, where).flatMap((figure) => countOf(figure));
      return counts.length > 0 ? sumOf(counts) / RATE_SECONDS : null;
    },
    /** Of the values of all processes together. */
    quantile(share: number, name: string, where?: Where): number | null {
      const all = histograms(name, where);
      const [first] = all;
      if (!first) return null;
      // While versions with other buckets run side by side, those of the first are shown.
      const alike = all.filter(({ bounds }) => bounds.join() === first.bounds.join());
      const buckets = first.buckets.map((_, index) => sumOf(alike.map((one) => one.buckets[index] ?? 0)));
      return quantile(share, first.bounds, buckets);
    },
    /** The value of each replica. */
    all: gauges,
    /** For what every replica reports alike. */
    greatest(name: string, where?: Where): number | null {
      const values = gauges(name, where);
      return values.length > 0 ? Math.max(...values) : null;
    },
    /** For what each replica has of its own. */
    total(name: string, where?: Where): number | null {
      const values = gauges(name, where);
      return values.length > 0 ? sumOf(values) : null;
    },
    /** The values that an attribute has. */
    valuesOf(name: string, attribute: string, where?: Where): string[] {
      const values = matching(short, name, where).map(({ attributes }) => attributes[attribute]);
      return [...new Set(values.filter((value) => value !== undefined))].sort();
    },
  };
}

export type Figures = ReturnType<typeof figuresOf>;

function matching(figures: Figure[], name: string, where: Where = {}): Figure[] {
  const wanted = Object.entries(where);
  return figures.filter(
    (figure) => figure.name === name && wanted.every(([key, value]) => figure.attributes[key] === value),
  );
}

function countOf(figure: Figure): number[] {
  if (figure.kind === 'counter') return [figure.increase];
  return figure.kind === 'histogram' ? [sumOf(figure.buckets)] : [];
}

const sumOf = (numbers: number[]) => numbers.reduce((sum, one) => sum + one, 0);
