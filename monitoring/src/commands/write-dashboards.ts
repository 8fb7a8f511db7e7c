// npm run dashboards: writes grafana/dashboards/*.json from src/dashboards/*.ts.

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dashboardFiles, folder } from '../dashboards/files.ts';

const files = dashboardFiles();
mkdirSync(folder, { recursive: true });
for (const name of readdirSync(folder)) if (!(name in files)) rmSync(join(folder, name));
for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
console.log(`wrote ${Object.keys(files).join(', ')} to monitoring/grafana/dashboards`);
