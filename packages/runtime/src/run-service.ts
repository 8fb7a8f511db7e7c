import { readConfig } from '@repo/config';
import { createLogger, flushTelemetry, type Logger, observeProcess } from '@repo/observability';
import closeWithGrace from 'close-with-grace';
import { z } from 'zod';

/** A service that has been wired and can be started. */
export interface Service {
  /** Returns the URL at which it listens. */
  start(): Promise<string>;
  /** Finishes the running work and releases all resources. */
  close(): Promise<void>;
}

/** The environment of every process, in addition to that of its service. */
export const ProcessConfig = z.object({
  LOG_LEVEL: z.string().default('info').describe('the lowest level that is logged, or `silent`'),
  SHUTDOWN_SECONDS: z.coerce
    .number()
    .positive()
    .default(15)
    .describe('the longest time from SIGTERM to the end of the process, even if a dependency is down'),
  DRAIN_SECONDS: z.coerce
    .number()
    .nonnegative()
    .default(0.5)
    .describe(
      'the time for which a service still serves when it is not ready, so that load balancers stop routing to it',
    ),
});

/** The share of SHUTDOWN_SECONDS for closing. The rest is for flushing telemetry, and a margin. */
const CLOSING_SHARE = 0.9;

/** How long a service may take to close, and how long it answers requests meanwhile. */
export function shutdownTimings(config: z.infer<typeof ProcessConfig>): { limitMs: number; drainMs: number } {
  const limitMs = config.SHUTDOWN_SECONDS * 1_000 * CLOSING_SHARE;
  return { limitMs, drainMs: Math.min(config.DRAIN_SECONDS * 1_000, limitMs / 4) };
}

/**
 * Runs a service until a signal stops it; then closes it and exports its telemetry. A service that cannot start logs the
 * reason in one line, exports it, and exits with status 1.
 */
export async function runService<Schema extends z.ZodObject<typeof ProcessConfig.shape>>(
  name: string,
  schema: Schema,
  createApp: (config: z.output<Schema>, log: Logger) => Promise<Service>,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  let log = createLogger(name);
  observeProcess();
  try {
    const config = readConfig(schema, env);
    log = createLogger(name, config.LOG_LEVEL);
    const service = await createApp(config, log);
    closeOnSignal(service, config, log);
    const url = await service.start();
    log.info({ url }, 'started');
  } catch (error) {
    log.fatal({ err: error }, 'the service cannot start');
    await flushTelemetry().catch(() => {});
    process.exit(1);
  }
}

function closeOnSignal(service: Service, config: z.infer<typeof ProcessConfig>, log: Logger): void {
  const delay = (config.SHUTDOWN_SECONDS * 1_000 * (1 + CLOSING_SHARE)) / 2;
  // Any part that is still open waits for an unavailable server and loses nothing: this process has not failed.
  const onTimeout = () => process.exit(process.exitCode ?? 0);
  closeWithGrace({ delay, logger: false, onTimeout }, async ({ err, signal }) => {
    if (err) {
      process.exitCode = 1;
      log.fatal({ err }, 'closing after an uncaught error');
    } else log.info({ signal }, 'closing');
    await service.close();
    log.info('closed');
    await flushTelemetry().catch((error) => log.warn({ err: error }, 'telemetry not flushed'));
  });
}
