import { runMigrateStep } from '@repo/events';

await runMigrateStep({
  service: 'notification',
  folder: `${import.meta.dirname}/../migrations`,
  topics: {},
  env: process.env,
});
