import { readConfig } from '@tenfold/http';
import { createLogger } from '@tenfold/observability';
import { openDatabase } from '@tenfold/postgres';
import { z } from 'zod';
import { createPaymentProvider } from './payment-provider.ts';
import { reconcilePayments } from './reconcile-payments.ts';

const Env = z.object({ DATABASE_URL: z.url(), PAYMENT_PROVIDER_URL: z.url() });

// A process of its own, run by hand or by a clock: it says every difference between the provider's books and ours, and
// ends with status 1 where there are some, and 2 where it cannot tell.
const { DATABASE_URL, PAYMENT_PROVIDER_URL } = readConfig(Env, process.env);
const log = createLogger('reconcile', 'silent');
const provider = createPaymentProvider({ url: PAYMENT_PROVIDER_URL, timeoutMs: 10_000, log });
const database = openDatabase({ url: DATABASE_URL, name: 'reconcile', connections: 1 });
try {
  const differences = await reconcilePayments(database, provider);
  for (const difference of differences) console.log(difference);
  console.log(differences.length === 0 ? 'The books agree.' : `Differences: ${differences.length}`);
  process.exitCode = differences.length === 0 ? 0 : 1;
} catch (error) {
  const { message, cause } = error as Error;
  console.error(`The books could not be compared: ${cause instanceof Error ? cause.message : message}`);
  process.exitCode = 2;
} finally {
  await database.close();
}
