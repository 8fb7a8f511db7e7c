import type { Timing } from './timing.ts';

/**
 * Who is told of an alert. `page`: users notice, a person acts now. `ticket`: a person looks at it on the next working
 * day. `info`: nobody is told; it explains the others.
 */
export type Severity = 'page' | 'ticket' | 'info';

/** A file of rules: `objectives` for objectives.yml. */
export type RuleFile = 'objectives' | 'causes' | 'alarms';

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

/** An alarm of the log, by which a service asks an operator to look at something. */
export interface Alarm {
  code: string;
  summary: string;
  /** What it means, after "… alarms in 10 minutes: ". */
  meaning: string;
  /** Where a gauge knows whether the reason still lasts: the query, and what its value counts. */
  lasts?: { while: (times: Timing) => string; value: string };
}
