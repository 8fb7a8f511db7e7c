// The scripts that write files from the code and the topology.

/** A script of ours, and the variables that it is given. */
export type Script = { file: string; env?: Record<string, string> };

/** What Prometheus and Grafana read, and the table of docs/telemetry.md. */
const monitoring: Script[] = ['alerts', 'dashboards', 'telemetry'].map((what) => ({
  file: `monitoring/src/commands/write-${what}.ts`,
}));

/** All that depends on the services and their variables. */
export const ofServices: Script[] = [
  { file: 'testing/src/checks/write-environment-table.ts' },
  ...monitoring,
];

/** All that depends on the services and their events. */
export const ofServicesAndEvents: Script[] = [
  { file: 'packages/contracts/test/snapshots.test.ts', env: { UPDATE_SNAPSHOTS: '1' } },
  ...ofServices,
];
