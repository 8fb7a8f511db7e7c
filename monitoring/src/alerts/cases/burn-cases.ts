import type { Case } from './case.ts';

/** So many events at each tick. */
export const A_TICK = 30;
/** The length of a case. */
export const MINUTES = 620;

/** Which share is bad from minute 60 on, and for how long, so that one rule of a budget fires. */
interface Burn {
  window: string;
  share: number;
  untilMinute: number;
  overAt: number;
}

const burns = (allowed: number): Burn[] => [
  { window: '1h', share: Math.min(1, allowed * 200), untilMinute: 75, overAt: 90 },
  { window: '6h', share: allowed * 50, untilMinute: 120, overAt: 160 },
  { window: '3d', share: allowed * 2, untilMinute: 240, overAt: 610 },
];

/** The series of events of which so many were good and bad at each tick. */
export type Events = (
  good: (minute: number) => number,
  bad: (minute: number) => number,
) => Record<string, string>;

/** The cases of an objective whose alert allows this share of its events to be bad. */
export function burnCases(alert: string, allowed: number, series: Events, service: string): Case[] {
  const isFew = (minute: number) => minute === 60 || minute === 65;
  return [
    ...burns(allowed).map(({ window, share, untilMinute, overAt }) => {
      const bad = (minute: number) => (minute > 60 && minute <= untilMinute ? A_TICK * share : 0);
      return {
        alert,
        labels: { window },
        what: `${share * 100} % are bad from minute 60 to ${untilMinute}`,
        series: series((minute) => A_TICK - bad(minute), bad),
        quietAt: [60, overAt],
        fires: { at: untilMinute, service },
      };
    }),
    {
      alert,
      what: 'one of two in an hour is bad',
      series: series(
        (minute) => Number(minute === 62),
        (minute) => Number(isFew(minute)),
      ),
      quietAt: [61, 63, 66, 70, 120],
    },
  ];
}
