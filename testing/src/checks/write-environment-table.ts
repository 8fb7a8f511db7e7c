// npm run docs:environment: writes the variables of the environment, as the schemas name them, into the page on
// configuration.

import { readFile, writeFile } from 'node:fs/promises';
import { environmentTable, page, readProcesses, withTable } from './environment-table.ts';

const text = await readFile(page, 'utf8');
await writeFile(page, withTable(text, environmentTable(await readProcesses())));
