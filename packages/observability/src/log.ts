import { trace } from '@opentelemetry/api';
import { type Logger, pino } from 'pino';
import { redact } from './redact.ts';
import { safeError } from './safe-error.ts';

export type { Logger } from 'pino';

/** What must never stand in a log, wherever in a line's fields it turns up. */
const SECRETS = ['authorization', 'paymentToken', 'token', 'email', 'to', 'password'];

/**
 * A pino logger that writes JSON lines to standard output, each with the service's name and, where there is one, the
 * id of the trace that it belongs to. Whatever it is given, texts are redacted, errors are reduced to what holds no data,
 * and fields named for a secret are censored.
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
    formatters: { log: (facts) => safeFacts(facts) as Record<string, unknown> },
    // It is safe already, and pino's own would add to it.
    serializers: { err: (error) => error },
    hooks: {
      logMethod(given, method) {
        method.apply(this, withSafeMessage(given) as typeof given);
      },
    },
  });
}

function activeTrace(): object {
  const spanContext = trace.getActiveSpan()?.spanContext();
  return spanContext ? { traceId: spanContext.traceId } : {};
}

/** pino takes the message of an error where it is given none. */
function withSafeMessage([first, ...rest]: unknown[]): unknown[] {
  const facts = first instanceof Error ? { err: first } : first;
  if (typeof facts !== 'object' || facts === null) return [first, ...rest].map(safeText);
  const { err } = facts as { err?: unknown };
  const message = rest.length === 0 && err !== undefined ? [safeError(err).message] : rest.map(safeText);
  return [facts, ...message];
}

function safeText(value: unknown): unknown {
  return typeof value === 'string' ? redact(value) : value;
}

const DEEPEST = 6;
const LONGEST_TEXT = 4_000;

function safeFacts(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redact(value.slice(0, LONGEST_TEXT));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (value instanceof Error) return safeError(value);
  if (value instanceof URL) return redact(value.href);
  if (ArrayBuffer.isView(value)) return `(${value.byteLength} bytes)`;
  if (depth === DEEPEST) return '(more)';
  if (Array.isArray(value)) return value.slice(0, 100).map((each) => safeFacts(each, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [redact(name), safeFacts(each, depth + 1)]),
  );
}
