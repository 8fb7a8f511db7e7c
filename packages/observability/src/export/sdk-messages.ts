import { type DiagLogFunction, diag } from '@opentelemetry/api';
import { diagLogLevelFromString } from '@opentelemetry/core';
import type { Logger } from '../log.ts';

/**
 * Logs the SDK's messages about itself, if OTEL_LOG_LEVEL asks for them: as log lines they are redacted. By default
 * there are none, since each failed export would have several.
 *
 * @param log a logger whose lines are not exported
 */
export function logSdkMessages(log: Logger, env: NodeJS.ProcessEnv): void {
  const logLevel = diagLogLevelFromString(env.OTEL_LOG_LEVEL);
  if (logLevel === undefined) return;
  // If the SDK finds the variable, it writes to the console itself.
  delete env.OTEL_LOG_LEVEL;
  const at =
    (level: 'warn' | 'info' | 'debug'): DiagLogFunction =>
    (text, ...details) =>
      log[level]({ text, details }, 'telemetry SDK');
  diag.setLogger(
    { error: at('warn'), warn: at('warn'), info: at('info'), debug: at('debug'), verbose: at('debug') },
    { logLevel, suppressOverrideMessage: true },
  );
}
