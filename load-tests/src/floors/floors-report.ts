import { costReportOf } from '../cost/cost-report.ts';
import { columns } from '../figures/columns.ts';
import { latencyCells, latencyNames } from '../figures/latency-cells.ts';
import type { Floors } from './measure-floors.ts';

/** The floors in orders a second, and their ratio to the floor of the statement. */
export function floorsReportOf({ statement, posts, route, pipeline }: Floors): string[] {
  const { knee } = pipeline;
  return [
    'Floors: each is measured alone; the ratio is to the first, one statement for a whole order',
    ...columns([
      ['floor', 'orders/s', 'ratio', ...latencyNames],
      ['one statement for a whole order', statement.toFixed(0), '1.00', ...latencyNames.map(() => '')],
      ...(
        [
          ['POST without consumers', posts.perSecond, posts.answered],
          ['the route without a database', route.perSecond, route.answered],
          ['a minimal pipeline, confirmed', knee.confirmedPerSecond, knee.confirmed],
        ] as const
      ).map(([name, rate, latency]) => [
        name,
        rate.toFixed(0),
        (rate / statement).toFixed(2),
        ...latencyCells(latency),
      ]),
    ]),
    '',
    ...costReportOf(
      pipeline.steps.map(({ connections, cost }) => ({ name: `pipeline, ${connections} cust.`, cost })),
    ),
  ];
}
