import { lessIdle } from './cost/cost.ts';
import { costReportOf, type Figure } from './cost/cost-report.ts';
import { idleReportOf } from './cost/idle-report.ts';
import { statementReportOf } from './cost/statement-report.ts';
import { columns } from './figures/columns.ts';
import { latencyCells, latencyNames } from './figures/latency-cells.ts';
import { CONFIRMED_WITHIN_MS, highestSustained } from './figures/search.ts';
import { floorsReportOf } from './floors/floors-report.ts';
import type { Floors } from './floors/measure-floors.ts';
import type { OpenLoopResult } from './generator/open-loop.ts';
import { largeReportOf } from './large/large-report.ts';
import type { Knee, Result } from './measure.ts';

/** The printed report of a valid run. */
export function reportOf(result: Result): string {
  const { machine, plan, floors, large, idle, alone, knee, search, orders } = result;
  const { processors, model, node, loadBefore } = machine;
  const figures = figuresOf(result);
  const sections = [
    [
      `${processors} processors (${model}), Node ${node}, load before the start ${loadBefore.toFixed(2)}`,
      `Everything runs on them, the generator included; ${plan.mail ? 'each order causes an e-mail' : 'no e-mails (--mail)'}.`,
    ],
    large && largeReportOf(large),
    floors && floorsReportOf(floors),
    idle && idleReportOf(idle),
    alone && [`Alone: ${alone.rate} orders/s, each confirmed before the next`, ...loopTable([alone])],
    knee && kneeReport(knee, floors),
    search && searchReport(search, floors),
    figures.length > 0 && costReportOf(figures),
    ...(plan.statements ? [...(idle ? [{ name: 'idle', cost: idle }] : []), ...figures] : [])
      .filter(({ cost }) => cost.calls.length > 0)
      .map(statementReportOf),
    orders && [
      `Valid: ${orders.accepted} orders and ${orders.repeats} repeats; none lost, repeated or oversold, the money agrees.`,
    ],
  ];
  return sections
    .filter((section) => Array.isArray(section))
    .map((section) => section.join('\n'))
    .join('\n\n');
}

function figuresOf({ idle, alone, knee, search = [] }: Result): Figure[] {
  return [
    ...(alone ? [{ name: 'alone', cost: alone.cost }] : []),
    ...(alone && idle ? [{ name: 'less idle', cost: lessIdle(alone.cost, idle) }] : []),
    ...(knee ? [knee.alone, ...knee.steps] : []).map(({ connections, cost }) => ({
      name: `${connections} cust.`,
      cost,
    })),
    ...[...(knee ? [knee.half] : []), ...search].map(({ rate, cost }) => ({
      name: `${rate.toFixed(0)}/s`,
      cost,
    })),
  ];
}

function kneeReport({ alone, steps, knee, half }: Knee, floors: Floors | undefined): string[] {
  const share = Math.round((half.rate / knee.confirmedPerSecond) * 100);
  return [
    'Closed loop: each customer waits for the end of an order before the next',
    ...columns([
      ['customers', 'confirmed/s', ...latencyNames],
      ...[alone, ...steps].map((step) => [
        `${step.connections}${step !== knee ? '' : step === steps.at(-1) ? ' (still rising)' : ' (knee)'}`,
        step.confirmedPerSecond.toFixed(0),
        ...latencyCells(step.confirmed),
      ]),
    ]),
    ...steps
      .filter(({ refused }) => refused > 0)
      .map(
        ({ connections, refused }) =>
          `  With ${connections} customers admission refused ${refused} requests.`,
      ),
    ...overFloor('The knee', knee.confirmedPerSecond, floors),
    '',
    `Open loop at ${share} % of the knee: each order is timed from the moment at which it was due`,
    ...loopTable([half]),
  ];
}

function searchReport(search: OpenLoopResult[], floors: Floors | undefined): string[] {
  const most = highestSustained(search);
  return [
    `Confirmed within ${CONFIRMED_WITHIN_MS} ms (p99): ${most === undefined ? 'at none of the rates' : `up to ${most} orders/s`}`,
    ...overFloor('The highest rate', most, floors),
    ...loopTable(search),
    ...search
      .filter(({ refused }) => refused > 0)
      .map(({ rate, refused }) => `  At ${rate} orders/s admission refused ${refused} of them.`),
  ];
}

function overFloor(what: string, rate: number | undefined, floors: Floors | undefined): string[] {
  if (rate === undefined || !floors) return [];
  return [
    `  ${what} is ${(rate / floors.statement).toFixed(3)} of the floor, one statement for a whole order.`,
  ];
}

function loopTable(loops: OpenLoopResult[]): string[] {
  return columns([
    ['orders/s', 'until', ...latencyNames],
    ...loops.flatMap((loop) => [
      [loop.rate.toFixed(0), 'confirmed on the topic', ...latencyCells(loop.confirmed)],
      ['', 'answered (POST)', ...latencyCells(loop.answered)],
      ['', 'sent (the generator)', ...latencyCells(loop.late)],
    ]),
  ]);
}

/** The reasons why a run is not valid: the first ones, if there are many. */
export function complaintOf(faults: string[], shown = 20): string {
  const more = faults.length > shown ? [`... and ${faults.length - shown} more`] : [];
  return ['This run is not valid:', ...faults.slice(0, shown), ...more].join('\n  ');
}
