import { readConfig, runService } from '@tenfold/http';
import { createLogger } from '@tenfold/observability';
import { createApp } from './app.ts';
import { Config } from './config.ts';

await runService('payment', async () => {
  const config = readConfig(Config, process.env);
  return createApp(config, createLogger('payment', config.LOG_LEVEL));
});
