import { figuresOf, QUANTILE_SECONDS, RATE_SECONDS, type Sample } from './figures.ts';
import { isBeyond, type Panel, shownValue } from './panel.ts';

/**
 * The values of a sample as an object for JSON: by panel, row and column. Values are numbers in the unit that the name of
 * the column ends with, or null where there is no data. `beyond` lists those that are beyond their objective.
 */
export function report(layout: Panel[][], sample: Sample) {
  const figures = figuresOf(sample);
  const read = layout.flat().map((panel) => ({ ...panel, rows: panel.rows(figures) }));
  const panels = read.map(({ id, rows }) => [
    id,
    Object.fromEntries(
      rows.map(({ name, cells }) => [
        name,
        Object.fromEntries(Object.entries(cells).map(([column, cell]) => [column, shownValue(cell)])),
      ]),
    ),
  ]);
  const beyond = read.flatMap(({ id, rows }) =>
    rows.flatMap(({ name, cells }) =>
      Object.entries(cells)
        .filter(([, cell]) => isBeyond(cell))
        .map(([column]) => ({ panel: id, row: name, column })),
    ),
  );
  return {
    at: sample.at.toISOString(),
    rateSeconds: RATE_SECONDS,
    quantileSeconds: QUANTILE_SECONDS,
    ...Object.fromEntries(panels),
    beyond,
  };
}
