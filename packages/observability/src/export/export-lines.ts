import {
  type Attributes,
  type Logger,
  type LogRecord,
  logs,
  ROOT_CONTEXT,
  SeverityNumber,
  trace,
} from '@opentelemetry/api';
import project from '@repo/project' with { type: 'json' };

/** pino's levels, and their names in OpenTelemetry (https://opentelemetry.io/docs/specs/otel/logs/data-model/). */
const SEVERITIES: Record<number, keyof typeof SeverityNumber> = {
  10: 'TRACE',
  20: 'DEBUG',
  30: 'INFO',
  40: 'WARN',
  50: 'ERROR',
  60: 'FATAL',
};
const WARN = 40;

let logger: Logger | undefined;

/** Begins to export the lines of loggers that are created from now on. */
export function startLineExport(): void {
  logger = logs.getLogger(project.name);
}

/** Whether lines are exported at all. */
export const exportsLines = (): boolean => logger !== undefined;

/**
 * Exports a line that has been written, if it is to be: logs are sampled with their trace, and a line without a trace, or
 * of level warn and above, is always exported. Only an exported line is parsed.
 *
 * @param level as pino has them: 30 is info
 */
export function exportLine(level: number, line: string): void {
  if (level < WARN && line.includes('"trace_flags":"00"')) return;
  try {
    logger?.emit(recordOf(JSON.parse(line)));
  } catch {
    // The line is on standard output, and its caller must not fail because of telemetry.
  }
}

interface Line {
  level: number;
  time: string;
  msg?: string;
  service?: string;
  trace_id?: string;
  span_id?: string;
  trace_flags?: string;
  err?: { type?: string; message?: string; stack?: string } & Attributes;
}

/** The service is an attribute of the resource; the error has the names of the conventions for exceptions. */
function recordOf({
  level,
  time,
  msg,
  service: _,
  trace_id,
  span_id,
  trace_flags,
  err,
  ...facts
}: Line): LogRecord {
  const severity = SEVERITIES[level];
  return {
    timestamp: new Date(time),
    ...(severity && { severityText: severity, severityNumber: SeverityNumber[severity] }),
    body: msg ?? '',
    attributes: { ...facts, ...exceptionOf(err) },
    context: contextOf(trace_id, span_id, trace_flags),
  };
}

/** (https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-logs/) */
function exceptionOf(error: Line['err']): Attributes {
  if (typeof error !== 'object' || error === null) return error === undefined ? {} : { err: error };
  const { type, message, stack, ...rest } = error;
  return {
    'exception.type': type,
    'exception.message': message,
    'exception.stacktrace': stack,
    ...(Object.keys(rest).length > 0 && { err: rest }),
  };
}

function contextOf(traceId?: string, spanId?: string, flags?: string) {
  if (!traceId || !spanId) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: Number(flags === '01') });
}
