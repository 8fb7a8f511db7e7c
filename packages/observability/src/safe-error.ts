import { redact } from './redact.ts';

/** An error that may be logged and exported: its texts are redacted, and only properties without data are kept. */
export interface SafeError {
  type: string;
  message: string;
  stack?: string;
  cause?: SafeError;
  [fact: string]: unknown;
}

/**
 * Properties of library errors that hold no data: codes and names. Everything else is left out, such as Postgres's
 * `detail` and `where`, or the `rejected` and `response` of a mail server.
 */
const FACTS = [
  ...['code', 'errno', 'syscall', 'status', 'statusCode', 'responseCode', 'command', 'retriable'],
  ...['enhancedStatus', 'severity', 'schema', 'table', 'column', 'constraint', 'routine', 'isOfTopic'],
];
const LONGEST_MESSAGE = 2_000;
const LONGEST_STACK = 8_000;
const DEEPEST_CAUSE = 4;

/** Makes any thrown value safe to be logged and exported. */
export function safeError(error: unknown, depth = 0): SafeError {
  if (!(error instanceof Error)) return { type: typeof error, message: errorText(error) };
  const { name, stack, cause, ...rest } = error as Error & Record<string, unknown>;
  const safe: SafeError = { type: name, message: errorText(error) };
  if (typeof stack === 'string') safe.stack = redact(shorten(stack, LONGEST_STACK));
  for (const fact of FACTS) if (isFact(rest[fact])) safe[fact] = factOf(rest[fact]);
  if (cause !== undefined && depth < DEEPEST_CAUSE) safe.cause = safeError(cause, depth + 1);
  return safe;
}

/** The message of an error, redacted, of bounded length and well formed: any text column can store it. */
export function errorText(error: unknown): string {
  const text = error instanceof Error ? String(error.message) : textOf(error);
  return redact(shorten(text, LONGEST_MESSAGE)).replaceAll('\0', '\\x00').toWellFormed();
}

function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'a value that has no text';
  }
}

function shorten(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit)}… (${text.length} characters)` : text;
}

function isFact(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function factOf(value: unknown): unknown {
  return typeof value === 'string' ? redact(shorten(value, 200)) : value;
}
