// npm run test:monitoring: the real programs of the telemetry pipeline with our configuration.

import { globSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const usage = `
npm run test:monitoring

Tests monitoring/ with the real programs: what the collector keeps, drops and removes; that every configuration is valid.
It takes otelcol-contrib, prometheus, promtool, alertmanager and amtool from the PATH, or from the images that
docker-compose.yml names (docker compose --profile observability pull).
`;

if (process.argv.length > 2) {
  console.log(usage.trim());
  process.exit(/^(--help|-h)$/.test(process.argv[2] as string) ? 0 : 1);
}
const files = globSync('monitoring/*.test.ts', { cwd: import.meta.dirname }).map((file) =>
  join(import.meta.dirname, file),
);
const results = run({ files, concurrency: 1 });
results.on('test:fail', () => {
  process.exitCode = 1;
});
results.compose(spec).pipe(process.stdout);
