import { createLogger, flushTelemetry } from '@tenfold/observability';
import closeWithGrace from 'close-with-grace';
import type { z } from 'zod';

/** A service that has been wired and can be set going. */
export interface Service {
  /** Answers the URL at which it listens. */
  start(): Promise<string>;
  /** Finishes what is in hand, and lets go of everything. */
  close(): Promise<void>;
}

const CLOSE_TIMEOUT_MS = 15_000;

/**
 * Reads a service's configuration from the environment.
 *
 * @throws Error that names each variable that is missing or wrong
 */
export function readConfig<Schema extends z.ZodType>(
  schema: Schema,
  env: NodeJS.ProcessEnv,
): z.output<Schema> {
  const result = schema.safeParse(env);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join('.')} (${issue.message})`);
  throw new Error(`Set these variables of the environment: ${faults.join(', ')}.`);
}

/**
 * Runs a service until a signal ends it; then everything is closed in order, and what was traced is sent. A service
 * that cannot start says why in one line, and ends with status 1.
 */
export async function runService(name: string, build: () => Promise<Service>): Promise<void> {
  const log = createLogger(name);
  try {
    const service = await build();
    closeWithGrace({ delay: CLOSE_TIMEOUT_MS, logger: false }, async ({ err, signal }) => {
      if (err) log.fatal({ err }, 'closing after an error that nobody caught');
      else log.info({ signal }, 'closing');
      await service.close();
      await flushTelemetry();
    });
    const url = await service.start();
    log.info({ url }, 'started');
  } catch (error) {
    log.fatal({ err: error }, `${name} cannot start: ${(error as Error).message}`);
    process.exit(1);
  }
}
