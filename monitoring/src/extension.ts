import type { Alarm, Alert, RuleFile } from './alerts/alert.ts';
import type { Case } from './alerts/cases/case.ts';
import type { Dashboard, Panel } from './dashboards/panel.ts';
import type { Objective } from './objective.ts';

/** What a domain adds to the objectives, alerts and dashboards that every system of services has. */
export interface Extension {
  /** Each gets its rules, its alert, a figure of 30 days and a share of the panel on error budgets. */
  objectives: readonly Objective[];
  /** Alerts that page, since without their measurement no objective can be judged. */
  unmeasured: readonly Alert[];
  /** Alerts that explain why an objective is in danger. */
  causes: readonly Alert[];
  /** The alarms that the services of the domain raise in their logs. */
  alarms: readonly Alarm[];
  /** When the alerts of each file fire; alarms have cases without being named here. */
  cases: Record<Exclude<RuleFile, 'alarms'>, readonly Case[]>;
  /** Panels of the overview: figures next to the objectives, graphs below. */
  overview: { figures: readonly Panel[]; graphs: readonly Panel[] };
  dashboards: readonly Dashboard[];
}
