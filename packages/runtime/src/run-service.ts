import { readConfig } from '@repo/config';
import { createLogger, flushTelemetry, type Logger } from '@repo/observability';
import closeWithGrace from 'close-with-grace';
import { z } from 'zod';

/** A service that has been wired and can be set going. */
export interface Service {
  /** Answers the URL at which it listens. */
  start(): Promise<string>;
  /** Finishes what is in hand, and lets go of everything. */
  close(): Promise<void>;
}

/** What every process of ours is told of how it runs, beside what its service is told. */
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

/** The share of the time for the end that is left to flush telemetry, and to be early. */
const CLOSING_SHARE = 0.9;

/** How long a service may take to close, and how long it goes on answering meanwhile. */
export function shutdownTimings(config: z.infer<typeof ProcessConfig>): { limitMs: number; drainMs: number } {
  const limitMs = config.SHUTDOWN_SECONDS * 1_000 * CLOSING_SHARE;
  return { limitMs, drainMs: Math.min(config.DRAIN_SECONDS * 1_000, limitMs / 4) };
}

/**
 * Runs a service until a signal ends it; then everything is closed in order, and what was traced is sent. A service
 * that cannot start says why in one line, and ends with status 1.
 */
export async function runService<Schema extends z.ZodObject<typeof ProcessConfig.shape>>(
  name: string,
  schema: Schema,
  createApp: (config: z.output<Schema>, log: Logger) => Promise<Service>,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  let log = createLogger(name);
  try {
    const config = readConfig(schema, env);
    log = createLogger(name, config.LOG_LEVEL);
    const service = await createApp(config, log);
    closeAtTheEnd(service, config, log);
    const url = await service.start();
    log.info({ url }, 'started');
  } catch (error) {
    log.fatal({ err: error }, `${name} cannot start: ${(error as Error).message}`);
    process.exit(1);
  }
}

function closeAtTheEnd(service: Service, config: z.infer<typeof ProcessConfig>, log: Logger): void {
  const delay = (config.SHUTDOWN_SECONDS * 1_000 * (1 + CLOSING_SHARE)) / 2;
  // What is still open then is away, and nothing that it holds is lost: that is no failure of this process.
  const onTimeout = () => process.exit(process.exitCode ?? 0);
  closeWithGrace({ delay, logger: false, onTimeout }, async ({ err, signal }) => {
    if (err) {
      process.exitCode = 1;
      log.fatal({ err }, 'closing after an error that nobody caught');
    } else log.info({ signal }, 'closing');
    await service.close();
    await flushTelemetry().catch((error) => log.warn({ err: error }, 'telemetry could not be flushed'));
    log.info('closed');
  });
}
