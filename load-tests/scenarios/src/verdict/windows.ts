import { type Latency, latencyOf } from '../../../src/figures/figures.ts';
import type { Story } from './journal.ts';

/** What became of the orders that were sent in a part of the run. */
export interface Window {
  /** From the first order of the run on. */
  fromSeconds: number;
  ordersPerSecond: number;
  /** From the first sending of an order to the answer that it is placed, and to the moment at which its end was seen. */
  placed: Latency;
  ended: Latency;
  /** Answers 503. */
  refusals: number;
  /** Orders that were not placed, or whose end was not seen. */
  failed: number;
}

const WINDOW_SECONDS = 10;
const MOST_WINDOWS = 20;

/** From the first order to the last: longer than planned, where the machine was too busy to send them in time. */
export function lengthOf(stories: Story[]): number {
  return stories.length === 0 ? 0 : (lastOf(stories) - firstOf(stories)) / 1_000;
}

/** Not by the arguments of Math.min: there may be too many. */
const firstOf = (stories: Story[]) =>
  stories.reduce((first, { sentAt }) => Math.min(first, sentAt), Infinity);
const lastOf = (stories: Story[]) => stories.reduce((last, { sentAt }) => Math.max(last, sentAt), 0);

/** A run in parts of the same length, of ten seconds or a little less; in no more than twenty. */
export function windowsOf(stories: Story[]): Window[] {
  const length = Math.max(1, lengthOf(stories));
  const count = Math.min(MOST_WINDOWS, Math.ceil(length / WINDOW_SECONDS));
  const seconds = length / count;
  const begin = firstOf(stories);
  const indexOf = ({ sentAt }: Story) =>
    Math.min(count - 1, Math.floor((sentAt - begin) / (seconds * 1_000)));
  const windows = Map.groupBy(stories, indexOf);
  return [...windows]
    .sort(([one], [other]) => one - other)
    .map(([index, within]) => ({
      fromSeconds: index * seconds,
      ordersPerSecond: within.length / seconds,
      placed: latencyOf(
        within.flatMap(({ orderId, sentAt, answeredAt }) =>
          orderId && answeredAt ? [answeredAt - sentAt] : [],
        ),
      ),
      ended: latencyOf(within.flatMap(({ sentAt, endedAt }) => (endedAt ? [endedAt - sentAt] : []))),
      refusals: within.reduce((sum, story) => sum + story.refusals, 0),
      failed: within.filter(({ endedAt }) => endedAt === undefined).length,
    }));
}

/** What an order may take (p99), and how many may fail, before customers call it broken. */
export const ACCEPTABLE = { endedMs: 2_000, failedShare: 0.01 };

/** The last window before it broke, and the first after; undefined where there is none. */
export interface BreakingPoint {
  held: Window | undefined;
  broke: Window | undefined;
}

/** It is broken where two windows in a row are unbearable: one alone may be somebody else's program. */
export function breakingPointOf(windows: Window[]): BreakingPoint {
  const index = windows.findIndex(
    (window, at) => !isAcceptable(window) && !isAcceptable(windows[at + 1] ?? window),
  );
  return index < 0
    ? { held: windows.at(-1), broke: undefined }
    : { held: windows[index - 1], broke: windows[index] };
}

function isAcceptable({ ended, failed }: Window): boolean {
  const share = failed / (ended.count + failed);
  return ended.p99 <= ACCEPTABLE.endedMs && share <= ACCEPTABLE.failedShare;
}
