import type { CpuProfile } from './cpu-profile.ts';
import { cpuTree, type FlameNode, type FunctionCost, functionCosts } from './flame-tree.ts';
import { frameText } from './frame.ts';
import { type HotLine, hotLines } from './hot-lines.ts';
import { STALL_MS } from './loop-probe.ts';
import type { Page } from './page.ts';
import type { CpuRecording } from './record-cpu.ts';
import { findStalls, groupStalls, type StallGroup } from './stalls.ts';

export type CpuReport = {
  seconds: number;
  samples: number;
  /** The share of the time in which the loop did not wait, 0 to 1. */
  busy: number;
  stalls: StallGroup[];
  lines: HotLine[];
  functions: FunctionCost[];
  tree: FlameNode;
};

/** Below this share of busy time, a profile shows little but its own cost. */
const HARDLY_BUSY = 0.05;

export function reportCpu({ profile, probe }: CpuRecording, root: string): CpuReport {
  const tree = cpuTree(profile, root);
  const seconds = secondsOf(profile);
  return {
    seconds,
    samples: profile.samples?.length ?? 0,
    busy: tree.value / 1_000 / seconds,
    stalls: groupStalls(findStalls(profile, probe, root)),
    lines: hotLines(profile, root),
    functions: functionCosts(tree),
    tree,
  };
}

const secondsOf = ({ startTime, endTime }: CpuProfile) => (endTime - startTime) / 1e6;
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const ms = (value: number) => `${Math.round(value)} ms`;

const factsOf = ({ seconds, samples, busy }: CpuReport) =>
  `${seconds.toFixed(1)} s, ${samples} samples, the process was busy for ${percent(busy)} of the time`;

/** The report for a terminal. */
export function cpuLines(name: string, report: CpuReport): string[] {
  const { tree, stalls, lines, functions, busy } = report;
  const hint = 'It was idle: make load meanwhile, such as npm run load -- smoke in another terminal.';
  return [
    `${name}: ${factsOf(report)}`,
    ...(busy < HARDLY_BUSY ? [hint] : []),
    '',
    'Functions with the most time of their own:',
    ...functions
      .slice(0, 10)
      .map((one) => `  ${percent(one.self / tree.value).padStart(6)}  ${frameText(one)}`),
    '',
    'Lines that ran most:',
    ...lines
      .slice(0, 5)
      .map(({ share, name, place }) => `  ${percent(share).padStart(6)}  ${place}  ${name}`),
    '',
    ...(stalls.length > 0
      ? [`Stalls of the event loop, over ${STALL_MS} ms:`]
      : [`The event loop was never late by ${STALL_MS} ms.`]),
    ...stalls
      .slice(0, 5)
      .flatMap((stall) => [`  ${stallText(stall)}`, ...callLines(stall).map((call) => `    ${call}`)]),
  ];
}

const stallText = ({ count, longestMs, totalMs }: StallGroup) =>
  `${count} ${count === 1 ? 'stall' : 'stalls'}, ${ms(totalMs)} in all, the longest ${ms(longestMs)}`;

/** Innermost first, as in a stack trace. */
function callLines({ stack }: StallGroup): string[] {
  if (stack.length === 0)
    return ['no single call filled it: many short ones, or the machine ran something else'];
  return stack.toReversed().slice(0, 6).map(frameText);
}

/** The report as a page. */
export function cpuPage(name: string, report: CpuReport): Page {
  const { tree, stalls, lines, functions } = report;
  return {
    title: `CPU profile of ${name}`,
    facts: factsOf(report),
    unit: 'ms',
    tree,
    tables: [
      {
        heading: 'Stalls of the event loop',
        hint: `A timer of the process was late by more than ${STALL_MS} ms. The stack is the call that filled at least half of that time, innermost first.`,
        columns: [{ title: '', code: true }],
        rows: stalls.slice(0, 8).map((stall) => ({
          cells: [[stallText(stall), ...callLines(stall).map((call) => `  ${call}`)].join('\n')],
          ours: false,
        })),
      },
      {
        heading: 'Lines that ran most',
        hint: 'Without the lines that they called. Lines of the repository are bold.',
        columns: [
          { title: 'share', number: true },
          { title: 'line', code: true },
          { title: 'function', code: true },
        ],
        rows: lines.slice(0, 15).map(({ share, place, name, origin }) => ({
          cells: [percent(share), place, name],
          ours: origin === 'ours',
        })),
      },
      {
        heading: 'Functions with the most time of their own',
        hint: 'Of the busy time: in the function itself, and with all that it calls.',
        columns: [
          ...[
            { title: 'itself', number: true },
            { title: 'with its calls', number: true },
          ],
          { title: 'function', code: true },
        ],
        rows: functions.slice(0, 15).map((one) => ({
          cells: [percent(one.self / tree.value), percent(one.value / tree.value), frameText(one)],
          ours: one.origin === 'ours',
        })),
      },
    ],
  };
}
