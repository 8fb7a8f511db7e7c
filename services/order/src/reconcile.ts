import { readConfig } from '@repo/config';
import { readReconcileArguments, writeRecords } from '@repo/operations';
import { openDatabase } from '@repo/postgres';
import { z } from 'zod';
import { listComparedOrders } from './reconciliation-store.ts';

const Env = z.object({ DATABASE_URL: z.url() });

// A process of its own: it lists every order on standard output, for the services that compare orders with their own
// rows. It changes nothing.
const { DATABASE_URL } = readConfig(Env, process.env);
const database = openDatabase({ url: DATABASE_URL, name: 'reconcile', connections: 1 });
try {
  await writeRecords(listComparedOrders(database, readReconcileArguments()), process.stdout);
} catch (error) {
  const { message, cause } = error as Error;
  console.error(`The orders could not be listed: ${cause instanceof Error ? cause.message : message}`);
  process.exitCode = 2;
} finally {
  await database.close();
}
