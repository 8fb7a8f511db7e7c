import { trace } from '@opentelemetry/api';
import { type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** What must never stand in a log, wherever in a line's fields it turns up. */
const SECRETS = ['authorization', 'paymentToken', 'token', 'email', 'to', 'password'];

/**
 * A pino logger that writes JSON lines to standard output, each with the service's name and, where there is one, the
 * id of the trace that it belongs to.
 *
 * @param level as pino knows them: fatal, error, warn, info, debug, trace, silent
 */
export function createLogger(service: string, level = 'info'): Logger {
  return pino({
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
    mixin: activeTrace,
  });
}

function activeTrace(): object {
  const spanContext = trace.getActiveSpan()?.spanContext();
  return spanContext ? { traceId: spanContext.traceId } : {};
}
