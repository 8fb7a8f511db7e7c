import { join } from 'node:path';
import { buildDashboard } from './build-dashboard.ts';
import { dashboards } from './dashboards.ts';

/** The folder from which Grafana is provisioned. */
export const folder = join(import.meta.dirname, '../../grafana/dashboards');

/** The text of each file in the folder, by its name. */
export function dashboardFiles(): Record<string, string> {
  return Object.fromEntries(
    dashboards.map((one) => [`${one.name}.json`, `${JSON.stringify(buildDashboard(one), null, 2)}\n`]),
  );
}
