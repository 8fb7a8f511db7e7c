/** What Grafana knows when it replaces the variables of a query. */
export interface Situation {
  /** The time that the dashboard shows. */
  rangeSeconds: number;
  /** The "scrape interval" of the data source: how often values arrive. */
  scrapeSeconds: number;
  /** The chosen service; all of them by default. */
  service?: string;
  /** The width of the panel in pixels. */
  maxDataPoints?: number;
}

/** The value of the variable `service` for all services. */
export const ALL_SERVICES = '.+';

/**
 * Replaces variables as Grafana does. The interval is the time between two points, and never shorter than that between two
 * values; a rate needs at least four values: max(interval + scrape, 4 * scrape).
 * https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/
 *
 * @throws Error for a variable that no dashboard has
 */
export function replaceVariables(query: string, situation: Situation): string {
  const { rangeSeconds, scrapeSeconds, service = ALL_SERVICES } = situation;
  const interval = intervalSeconds(situation);
  const values: Record<string, string> = {
    service,
    __range: `${rangeSeconds}s`,
    __interval: `${interval}s`,
    __rate_interval: `${Math.max(interval + scrapeSeconds, 4 * scrapeSeconds)}s`,
  };
  return query.replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (_, inBraces, bare) => {
    const value = values[inBraces ?? bare];
    if (value === undefined) throw new Error(`No dashboard has the variable ${inBraces ?? bare}: ${query}`);
    return value;
  });
}

/** The time between two points of a graph. */
export const intervalSeconds = ({ rangeSeconds, scrapeSeconds, maxDataPoints = 1_000 }: Situation): number =>
  Math.max(scrapeSeconds, Math.ceil(rangeSeconds / maxDataPoints));
