import { runMigrateStep } from '@repo/events';

await runMigrateStep({
  service: 'inventory',
  folder: `${import.meta.dirname}/../migrations`,
  topics: { 'inventory.events': 'history', 'product.events': 'state' },
  env: process.env,
});
