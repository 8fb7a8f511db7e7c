import project from '@repo/project' with { type: 'json' };
import { stringify } from 'yaml';
import { alarms } from './alarms.ts';
import type { Alert, RuleFile } from './alert.ts';
import type { Recording } from './budget.ts';
import { burnAlerts, burnRecordings } from './burn-rates.ts';
import { causes } from './causes.ts';
import { duration, type Timing, timing } from './timing.ts';

/** A rule as Prometheus reads it. */
export type Rule = { expr: string } & (
  | { record: string }
  | { alert: string; for?: string; labels: Record<string, string>; annotations: Record<string, string> }
);

/** The rules of each file. */
export type RuleFiles = Record<RuleFile, Rule[]>;

/** All alerts, in the order of their importance. */
export const alerts: readonly Alert[] = [...burnAlerts, ...causes, ...alarms];

/** @param speed 1 in production; 60 makes each hour of the rules a minute, for drills */
export function rules({ speed }: { speed: number }): RuleFiles {
  const times = timing(speed);
  return {
    objectives: [
      ...burnRecordings.map((recording) => recordingRule(recording, times)),
      ...burnAlerts.map((alert) => alertRule(alert, times)),
    ],
    causes: causes.map((alert) => alertRule(alert, times)),
    alarms: alarms.map((alert) => alertRule(alert, times)),
  };
}

/** The contents of each file, by its name. */
export function ruleFiles({ speed }: { speed: number }): Map<string, string> {
  const interval = duration(timing(speed).intervalSeconds);
  const files = Object.entries(rules({ speed }));
  return new Map(
    files.map(([name, rules]) => [
      `${name}.yml`,
      `# npm run alerts writes this file from monitoring/src/alerts; do not edit it here.\n${stringify({ groups: [{ name, interval, rules }] }, { lineWidth: 0, singleQuote: true })}`,
    ]),
  );
}

function recordingRule({ record, expr }: Recording, times: Timing): Rule {
  return { record, expr: expr(times) };
}

function alertRule(alert: Alert, times: Timing): Rule {
  const { name, severity, service = '{{ $labels.job }}', labels, summary, description } = alert;
  const page = `runbooks/${name}`;
  return {
    alert: name,
    expr: alert.expr(times),
    ...(alert.for && { for: times.wait(alert.for) }),
    labels: { severity, service, ...labels },
    annotations: {
      summary,
      description,
      runbook: `docs/${page}.md`,
      runbook_url: `https://${project.domain}/${page}`,
    },
  };
}
