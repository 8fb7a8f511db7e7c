import {
  ConstantVariableBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  type Dashboard as DashboardModel,
  QueryVariableBuilder,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';
import project from '@repo/project' with { type: 'json' };
import { buildPanel } from './build-panel.ts';
import type { Dashboard } from './panel.ts';

const COLUMNS = 24;

/** Gives a dashboard its form in Grafana: its figures in one row, and the graphs below in pairs. */
export function buildDashboard({ name, title, question, panels }: Dashboard): DashboardModel {
  const figures = panels.filter(({ kind }) => kind === 'figure');
  const rest = panels.filter(({ kind }) => kind !== 'figure');
  const builder = new DashboardBuilder(`${project.title}: ${title}`)
    .uid(`${project.name}-${name}`)
    .description(question)
    .tags([project.name])
    .readonly()
    .time({ from: 'now-1h', to: 'now' })
    .refresh('30s')
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .link(linkToOthers())
    .variables([service(), runbooks()]);
  for (const [index, panel] of [...figures, ...rest].entries()) {
    builder.withPanel(buildPanel(panel, index + 1, COLUMNS / Math.max(figures.length, 1)));
  }
  return builder.build();
}

/** The other dashboards keep the time and the service that the reader has chosen. */
const linkToOthers = () =>
  new DashboardLinkBuilder('Dashboards')
    .type(DashboardLinkType.Dashboards)
    .tags([project.name])
    .keepTime(true)
    .includeVars(true);

const service = () =>
  new QueryVariableBuilder('service')
    .label('Service')
    .datasource({ type: 'prometheus', uid: 'prometheus' })
    .query('label_values(process_uptime_seconds, job)')
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .current({ text: ['All'], value: ['$__all'] });

/** Where the pages of docs/runbooks are published. */
const runbooks = () => new ConstantVariableBuilder('runbooks').value(`https://${project.domain}/runbooks`);
