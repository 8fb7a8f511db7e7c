/**
 * Loaded before anything else by each service of a fault run (`NODE_OPTIONS=--import`), and by nobody else: puts crash
 * points and observers into the code as it is loaded, and the mutation, if one is asked for.
 *
 * TENFOLD_FAULT_INJECTION names the folder of the levers, TENFOLD_MUTANT a mutant.
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

// The stand-ins and the migrations have no part in this.
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
