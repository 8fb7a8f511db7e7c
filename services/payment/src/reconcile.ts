// Starts telemetry, which exports how many differences are left.
import '@repo/observability/preload';
import { readConfig } from '@repo/config';
import { ComparedOrder } from '@repo/contracts/compared-order';
import { createLogger } from '@repo/observability';
import { runReconcile } from '@repo/operations';
import { openDatabase } from '@repo/postgres';
import { z } from 'zod';
import { healPayment } from './heal-payment.ts';
import { createPaymentProvider } from './payment-provider.ts';
import { reconcilePayments } from './reconcile-payments.ts';

const Env = z.object({ DATABASE_URL: z.url(), PAYMENT_PROVIDER_URL: z.url() });

// A process of its own, run by hand or on a schedule: it compares the orders on standard input (from order's
// `reconcile.ts`) with the payments and with the provider's ledger.
const { DATABASE_URL, PAYMENT_PROVIDER_URL } = readConfig(Env, process.env);
const log = createLogger('reconcile', 'silent');
const provider = createPaymentProvider({ url: PAYMENT_PROVIDER_URL, timeoutMs: 10_000, log });
const database = openDatabase({ url: DATABASE_URL, name: 'reconcile', connections: 1 });
const compare = reconcilePayments(database, provider);
process.exitCode = await runReconcile({
  name: 'Payments',
  records: { name: 'orders', schema: ComparedOrder },
  database,
  compare,
  heal: healPayment,
  print: console.log,
  printError: console.error,
});
await database.close();
process.stdin.destroy();
