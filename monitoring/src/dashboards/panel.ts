import { now as latest } from '../alerts/expressions.ts';
import { timing } from '../alerts/timing.ts';
import type { Link } from './links.ts';

const production = timing(1);

/** The units of Grafana that the panels use: https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/ */
type Unit = 's' | 'bytes' | 'percentunit' | 'ops' | 'reqps' | 'short' | 'none' | 'dtdurations';

/**
 * Where the colour of a value changes. A limit belongs to the wrong values of `above`, since Grafana colours from a threshold
 * on, and to the good ones of `below`. Only the limit 0 of `above` is good: what is counted must not be red at 0.
 */
export type Limit = { wrong: 'above' | 'below'; value: number; warning?: number } | { wrong: 'never' };

/** A panel as data. `build-dashboard.ts` gives it its form, `dashboards.test.ts` and the query test check it. */
export interface Panel {
  kind: 'graph' | 'stack' | 'figure';
  title: string;
  unit: Unit;
  limit: Limit;
  /** The first thing to do when it looks wrong. */
  advice: string;
  /** PromQL by the legend of its series: `{{job}}` stands for the label `job`. */
  queries: Record<string, string>;
  /** To the traces, the logs or the runbook. */
  links: readonly Link[];
  /** Texts for values, such as the states of a circuit breaker. */
  texts?: Record<number, string>;
}

/** One dashboard answers one question. */
export interface Dashboard {
  name: string;
  title: string;
  question: string;
  panels: readonly Panel[];
}

type Facts = Omit<Panel, 'kind' | 'title'>;

/** Lines over time. */
export const graph = (title: string, facts: Facts): Panel => ({ kind: 'graph', title, ...facts });

/** Areas on top of each other: the parts of a whole. */
export const stack = (title: string, facts: Facts): Panel => ({ kind: 'stack', title, ...facts });

/** The latest values in large digits. */
export const figure = (title: string, facts: Facts): Panel => ({ kind: 'figure', title, ...facts });

/** A value is wrong from this one on, and above 0 where this is 0; from `warning` on it is worth a look. */
export const above = (value: number, warning?: number): Limit => ({
  wrong: 'above',
  value,
  ...(warning !== undefined && { warning }),
});

/** A value is wrong below this one; below `warning` it is worth a look. */
export const below = (value: number, warning?: number): Limit => ({
  wrong: 'below',
  value,
  ...(warning !== undefined && { warning }),
});

/** A value that is neither good nor bad by itself. */
export const anyValue: Limit = { wrong: 'never' };

/** A quantile of a histogram by some labels, as its buckets know it. */
export const quantile = (q: number, histogram: string, labels: string, by?: string): string =>
  `histogram_quantile(${q}, sum by (${by ? `${by}, ` : ''}le) (rate(${histogram}_bucket{${labels}}[$__rate_interval])))`;

/** The latest value of a gauge, from processes that still report; every panel reads gauges by this. */
export const now = (gauge: string): string => latest(gauge, production);

export const rate = (counter: string, labels: string, by: string): string =>
  `sum by (${by}) (rate(${counter}{${labels}}[$__rate_interval]))`;
