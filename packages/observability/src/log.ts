import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import { exportLine, exportsLines } from './export/export-lines.ts';
import { CENSOR, redact, SECRET_FIELDS } from './redact.ts';
import { safeError } from './safe-error.ts';
import { activeTraceFields } from './trace-context.ts';

export type { Logger } from 'pino';

/** Fields that are censored in a line, at any depth and in capitals too. */
const CENSORED_FIELDS = new Set([...SECRET_FIELDS, 'email', 'to'].map((name) => name.toLowerCase()));

/**
 * A pino logger that writes JSON lines to standard output, each with the service's name and, if there is one, the active
 * span. If an endpoint for logs is set, lines are exported too. In every line texts are redacted, errors are reduced to
 * facts that hold no data, and fields with the name of a secret are censored.
 *
 * @param level as pino knows them: fatal, error, warn, info, debug, trace, silent
 */
export function createLogger(service: string, level = 'info'): Logger {
  const options = optionsOf(service, level);
  return withSafeChildren(exportsLines() ? pino(options, alsoExporting(pino.destination())) : pino(options));
}

/** pino applies no formatter to the fields that a child logger adds to each of its lines. */
function withSafeChildren(log: Logger): Logger {
  const { child } = log;
  log.child = function (this: Logger, fields: object, ...options: never[]) {
    return child.call(this, safeFields(fields), ...options);
  } as Logger['child'];
  return log;
}

/**
 * A logger for lines about telemetry itself: they are on standard output only, and belong to no span. An unknown level
 * counts as info, because the service reports it with the other variables that are wrong.
 */
export function createLocalLogger(service: string, level = 'info'): Logger {
  const isKnown = level === 'silent' || level in pino.levels.values;
  const { mixin: _, ...options } = optionsOf(service, isKnown ? level : 'info');
  return pino(options);
}

/** Exports lines as they were written, so nothing can be exported that has not been redacted. */
function alsoExporting(stdout: ReturnType<typeof pino.destination>): DestinationStream {
  const stream = {
    /** pino sets the level of each line before it writes it. (https://getpino.io/#/docs/api?id=pino-metadata) */
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write(line: string) {
      stdout.write(line);
      exportLine(stream.lastLevel, line);
    },
    flushSync: () => stdout.flushSync(),
  };
  return stream;
}

function optionsOf(service: string, level: string): LoggerOptions {
  return {
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: activeTraceFields,
    formatters: { log: safeFields },
    // formatters.log has made the error safe; pino's own serializer would add fields to it.
    serializers: { err: (error) => error },
    hooks: {
      logMethod(args, method) {
        method.apply(this, withSafeMessage(args) as typeof args);
      },
    },
  };
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

const safeFields = (facts: object) => safeFacts(facts) as Record<string, unknown>;

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
    Object.entries(value).map(([name, each]) => [
      redact(name),
      CENSORED_FIELDS.has(name.toLowerCase()) ? CENSOR : safeFacts(each, depth + 1),
    ]),
  );
}
