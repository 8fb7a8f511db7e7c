/**
 * Each service of a fault run loads this file first (`NODE_OPTIONS=--import`); no other process does. It puts crash points
 * and observers into the code while it is loaded, and the edits of a mutant, if one is named.
 *
 * TENFOLD_FAULT_INJECTION is the folder of the switches, TENFOLD_MUTANT the name of a mutant.
 */
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CRASH_POINTS } from './crash-points.ts';
import { applyEdit, type Edit } from './edit.ts';
import { MUTANTS, type MutantName } from './mutants.ts';
import { OBSERVERS } from './observers.ts';
import { SHORTER_TIMEOUTS } from './shorter-timeouts.ts';
import { createFaultInjection, skewClock } from './switches.ts';

const {
  TENFOLD_FAULT_INJECTION: folder,
  TENFOLD_MUTANT: mutant,
  OTEL_SERVICE_NAME: service,
  DATABASE_URL,
} = process.env;

// Stand-ins and migrations stay as they are.
if (folder && service && DATABASE_URL) {
  Object.assign(globalThis, { faultInjection: createFaultInjection(folder, service, DATABASE_URL) });
  editSources([
    ...(mutant ? MUTANTS[mutant as MutantName].edits : []),
    ...Object.values(CRASH_POINTS),
    ...OBSERVERS,
    ...SHORTER_TIMEOUTS,
  ]);
  const clock = join(folder, `${service}.clock`);
  if (existsSync(clock)) skewClock(Number(readFileSync(clock, 'utf8')));
}

function editSources(edits: Edit[]): void {
  const root = resolve(import.meta.dirname, '../..');
  const byFile = Map.groupBy(edits, ({ file }) => file);
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      const file = url.startsWith('file:') ? relative(root, fileURLToPath(url)) : '';
      const ours = byFile.get(file);
      return ours ? { ...loaded, source: ours.reduce(applyEdit, String(loaded.source)) } : loaded;
    },
  });
}
