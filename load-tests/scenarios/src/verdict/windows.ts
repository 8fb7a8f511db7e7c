import { type Latency, latencyOf } from '../../../src/figures/figures.ts';
import type { Story } from './journal.ts';

/** The orders that were sent in one part of the run. */
export interface Window {
  /** Since the first order of the run. */
  fromSeconds: number;
  ordersPerSecond: number;
  /** From the first request of an order to the answer 201, and to the moment at which its customer saw its end. */
  placed: Latency;
  ended: Latency;
  /** Answers 503. */
  refusals: number;
  /** Orders that were not placed, or whose end their customer did not see. */
  failed: number;
}

const WINDOW_SECONDS = 10;
const MOST_WINDOWS = 20;

/** From the first order to the last: longer than planned if the machine was too busy to send them in time. */
export function lengthOf(stories: Story[]): number {
  return stories.length === 0 ? 0 : (lastOf(stories) - firstOf(stories)) / 1_000;
}

/** A reduce, since there may be too many orders for the arguments of Math.min. */
const firstOf = (stories: Story[]) =>
  stories.reduce((first, { sentAt }) => Math.min(first, sentAt), Infinity);
const lastOf = (stories: Story[]) => stories.reduce((last, { sentAt }) => Math.max(last, sentAt), 0);

/** Divides a run into windows of equal length, of ten seconds or a little less, but at most twenty. */
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

/** The limits beyond which the system counts as broken: the latency to the end (p99), and the share of failures. */
export const ACCEPTABLE = { endedMs: 2_000, failedShare: 0.01 };

/** The last window before the breaking point, and the first after it; undefined without one. */
export interface BreakingPoint {
  held: Window | undefined;
  broke: Window | undefined;
}

/** The breaking point is at two bad windows in a row: a single one may be due to another program. */
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
