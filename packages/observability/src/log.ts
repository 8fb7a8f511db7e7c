import { type Logger, pino } from 'pino';
import { redact, SECRET_FIELDS } from './redact.ts';
import { safeError } from './safe-error.ts';
import { activeTraceFields } from './trace.ts';

export type { Logger } from 'pino';

/** Fields that are censored in a line, at the top and one level below. */
const CENSORED_FIELDS = [...SECRET_FIELDS, 'email', 'to'];

/**
 * A pino logger that writes JSON lines to standard output, each with the service's name and, if there is one, the
 * active span. In every line texts are redacted, errors are reduced to facts that hold no data, and fields with the
 * name of a secret are censored.
 *
 * @param level as pino knows them: fatal, error, warn, info, debug, trace, silent
 */
export function createLogger(service: string, level = 'info'): Logger {
  return pino({
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: CENSORED_FIELDS.flatMap((name) => [`["${name}"]`, `*["${name}"]`]),
      censor: '[redacted]',
    },
    mixin: activeTraceFields,
    formatters: { log: (facts) => safeFacts(facts) as Record<string, unknown> },
    // formatters.log has made the error safe; pino's own serializer would add fields to it.
    serializers: { err: (error) => error },
    hooks: {
      logMethod(args, method) {
        method.apply(this, withSafeMessage(args) as typeof args);
      },
    },
  });
}

/** Without a message, pino logs the message of the error. */
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
