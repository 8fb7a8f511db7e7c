import { runMigrateStep } from '@repo/events';

await runMigrateStep({
  service: 'payment',
  folder: `${import.meta.dirname}/../migrations`,
  topics: { 'payment.events': 'history' },
  env: process.env,
});
