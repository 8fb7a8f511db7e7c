// Starts telemetry, which exports how many differences are left.
import '@repo/observability/preload';
import { readConfig } from '@repo/config';
import { ComparedOrder } from '@repo/contracts/compared-order';
import { runReconcile } from '@repo/operations';
import { openDatabase } from '@repo/postgres';
import { z } from 'zod';
import { healReservation } from './stock/heal-reservation.ts';
import { reconcileReservations } from './stock/reconcile-reservations.ts';

const Env = z.object({ DATABASE_URL: z.url() });

// A process of its own, run by hand or on a schedule: it compares the orders on standard input (from order's
// `reconcile.ts`) with the reservations.
const { DATABASE_URL } = readConfig(Env, process.env);
const database = openDatabase({ url: DATABASE_URL, name: 'reconcile', connections: 1 });
const compare = reconcileReservations(database);
process.exitCode = await runReconcile({
  name: 'Reservations',
  records: { name: 'orders', schema: ComparedOrder },
  database,
  compare,
  heal: healReservation,
  print: console.log,
  printError: console.error,
});
await database.close();
process.stdin.destroy();
