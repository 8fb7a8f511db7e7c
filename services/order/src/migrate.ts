import { runMigrateStep } from '@repo/events';

await runMigrateStep({
  service: 'order',
  folder: `${import.meta.dirname}/../migrations`,
  topics: { 'order.events': 'history' },
  env: process.env,
});
