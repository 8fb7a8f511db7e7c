import { runMigrateStep } from '@repo/events';

await runMigrateStep({
  service: 'example',
  folder: `${import.meta.dirname}/../migrations`,
  topics: { 'example.events': 'history' },
  env: process.env,
});
