import { stringify } from 'yaml';
import { domain } from '../../domain/domain.ts';
import type { RuleFiles } from '../rules.ts';
import { alarmCases } from './alarm-cases.ts';
import { type Case, TICK_S } from './case.ts';
import { causeCases } from './cause-cases.ts';
import { objectiveCases } from './objective-cases.ts';
import { pipelineCases } from './pipeline-cases.ts';

/** The cases of the rules in each file. */
export const cases: Record<keyof RuleFiles, Case[]> = {
  objectives: [...objectiveCases, ...domain.cases.objectives],
  causes: [...causeCases, ...pipelineCases, ...domain.cases.causes],
  alarms: alarmCases,
};

/** The input of `promtool test rules` for the rules of a file: whether each alert fires, at each moment of its cases. */
export function promtoolTest(file: keyof RuleFiles, rulesFolder: string): string {
  return stringify({
    rule_files: [`${rulesFolder}/${file}.yml`],
    evaluation_interval: `${TICK_S}s`,
    tests: cases[file].map(testOf),
  });
}

function testOf({ alert, labels = {}, what, series, quietAt, fires }: Case) {
  const matchers = Object.entries({ alertname: alert, alertstate: 'firing', ...labels })
    .map(([label, value]) => `${label}="${value}"`)
    .join(',');
  const expr = `group by (service) (ALERTS{${matchers}})`;
  const moments = [
    ...quietAt.map((minute) => ({ minute, exp_samples: [] })),
    ...(fires
      ? [{ minute: fires.at, exp_samples: [{ labels: `{service="${fires.service}"}`, value: 1 }] }]
      : []),
  ];
  return {
    name: `${alert}: ${what}`,
    interval: `${TICK_S}s`,
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    promql_expr_test: moments.map(({ minute, exp_samples }) => ({
      expr,
      eval_time: `${minute}m`,
      exp_samples,
    })),
  };
}
