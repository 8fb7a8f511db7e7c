import type { Timing } from './timing.ts';

/**
 * Who is told of an alert. `page`: customers notice, a person acts now. `ticket`: a person looks at it on the next working
 * day. `info`: nobody is told; it explains the others.
 */
export type Severity = 'page' | 'ticket' | 'info';

/** An alert as data. The page docs/runbooks/<name>.md belongs to it. */
export interface Alert {
  name: string;
  severity: Severity;
  /** The label `service`, a template of Prometheus; the job of the series by default. */
  service?: string;
  /** Further labels, which tell rules of the same name apart. */
  labels?: Record<string, string>;
  /** The query, whose result is the label `job` and the measured value. */
  expr(times: Timing): string;
  /** How long the query must have a result: '2m'. */
  for?: string;
  summary: string;
  /** What it means, with the measured value. */
  description: string;
}
