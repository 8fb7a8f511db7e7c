import { dashboards } from '@repo/monitoring/dashboards';
import { selectorTexts } from '@repo/monitoring/promql';
import { type Rule, rules } from '@repo/monitoring/rules';
import { replaceVariables } from '@repo/monitoring/variables';
import type { Period, Prometheus } from './prometheus.ts';

/** What came of a query of a panel or of a rule. */
export interface Finding {
  place: string;
  what: string;
  query: string;
  series: number;
  /** Why it is wrong; empty when it is as it should be. */
  faults: string[];
}

/** Runs each query of each panel as Grafana would for this period. Each must return series. */
export async function checkPanels(prometheus: Prometheus, period: Period): Promise<Finding[]> {
  const situation = { rangeSeconds: seconds(period), scrapeSeconds: period.stepSeconds };
  const findings: Finding[] = [];
  for (const { name, panels } of dashboards)
    for (const { title, queries } of panels)
      for (const [legend, query] of Object.entries(queries)) {
        const replaced = replaceVariables(query, situation);
        const series = await prometheus.countSeries(replaced, period);
        const faults = [
          ...(series === 0 ? ['it returns no series'] : []),
          ...(await unmatched(prometheus, replaced, period)),
        ];
        findings.push({ place: name, what: `${title} · ${legend}`, query: replaced, series, faults });
      }
  return findings;
}

/** Runs the expression of each rule. In a healthy system an alert has none, but what it reads must be there. */
export async function checkRules(prometheus: Prometheus, period: Period): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [place, group] of Object.entries(rules({ speed: 1 })) as [string, Rule[]][])
    for (const rule of group) {
      const series = await prometheus.countSeries(rule.expr, period);
      const isRecorded = 'record' in rule;
      const faults = [
        ...(isRecorded && series === 0 ? ['it records no series'] : []),
        ...(await unmatched(prometheus, rule.expr, period)),
      ];
      findings.push({ place, what: isRecorded ? rule.record : rule.alert, query: rule.expr, series, faults });
    }
  return findings;
}

/** The selectors of a query that match nothing: a metric or a label is misspelt, or nobody measures it any more. */
async function unmatched(prometheus: Prometheus, query: string, period: Period): Promise<string[]> {
  const faults: string[] = [];
  for (const selector of new Set(selectorTexts(query))) {
    if (isOnlyOfFaults(selector) || (await prometheus.matches(selector, period))) continue;
    faults.push(`nothing matches ${selector}`);
  }
  return faults;
}

const seconds = ({ start, end }: Period) => Math.ceil((end.getTime() - start.getTime()) / 1_000);

/** What exists only after a fault that this run does not cause; the fire drills do (npm run test:alerts). */
const OF_FAULTS = [
  /alarm="(?!dead-letter-created)/,
  /_telemetry_dropped_total/,
  /otelcol_exporter_\w+_failed_/,
  /cache_lookups_total\{outcome="error"/,
  /outcome="rolled_back"/,
];

function isOnlyOfFaults(selector: string): boolean {
  return OF_FAULTS.some((pattern) => pattern.test(selector));
}
