// npm run docs:telemetry: writes the table of instruments into docs/telemetry.md, from the code, the alerts and the
// dashboards.

import { readFile, writeFile } from 'node:fs/promises';
import { page, readUses, telemetryTable, withTable } from '../telemetry-page.ts';

await writeFile(page, withTable(await readFile(page, 'utf8'), telemetryTable(await readUses())));
