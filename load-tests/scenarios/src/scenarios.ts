/** The customers a second at the peak, and its length. */
export interface Scenario {
  what: string;
  rate: number;
  seconds: number;
  /** The length of the phases before and after the peak, which its file sets. */
  moreSeconds: number;
}

export const scenarios: Record<string, Scenario> = {
  smoke: { what: 'does it work at all', rate: 5, seconds: 15, moreSeconds: 0 },
  load: { what: 'an ordinary day', rate: 30, seconds: 60, moreSeconds: 15 },
  stress: { what: 'a rising rate, to find the breaking point', rate: 200, seconds: 120, moreSeconds: 0 },
  spike: { what: 'a sudden rush', rate: 60, seconds: 30, moreSeconds: 25 },
  soak: { what: 'an ordinary load for a long time', rate: 15, seconds: 300, moreSeconds: 0 },
};
