import { readConfig } from '@repo/config';
import { openDatabase } from '@repo/postgres';
import { z } from 'zod';
import { makeRefusedDue } from './due-payment-store.ts';

// A process of its own, run by hand once the cause of the refusals is fixed.
const { DATABASE_URL } = readConfig(z.object({ DATABASE_URL: z.url() }), process.env);
const database = openDatabase({ url: DATABASE_URL, name: 'retry refused', connections: 1 });
try {
  console.log(`Payments that are due now: ${await makeRefusedDue(database)}`);
} finally {
  await database.close();
}
