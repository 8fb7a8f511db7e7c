/** The scenarios: how many customers come each second at the height of it, and for how long. */
export interface Scenario {
  what: string;
  rate: number;
  seconds: number;
  /** What its file has before and after that. */
  moreSeconds: number;
}

export const scenarios: Record<string, Scenario> = {
  smoke: { what: 'does it work at all', rate: 5, seconds: 15, moreSeconds: 0 },
  load: { what: 'an ordinary day', rate: 30, seconds: 60, moreSeconds: 15 },
  stress: { what: 'more and more, to find the breaking point', rate: 200, seconds: 120, moreSeconds: 0 },
  spike: { what: 'many at once, out of nothing', rate: 60, seconds: 30, moreSeconds: 25 },
  soak: { what: 'an ordinary load for a long time', rate: 15, seconds: 300, moreSeconds: 0 },
};
