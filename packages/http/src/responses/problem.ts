import project from '@repo/project' with { type: 'json' };
import type { RefusalReason } from '../metrics.ts';

/** A type of problem: the end of its URI, its HTTP status and its title (RFC 9457, §3.1). */
interface ProblemType {
  name: string;
  status: number;
  title: string;
}

/** The problems of every service. A service defines its own with `defineProblem`. */
const GENERAL_PROBLEMS = {
  'invalid-request': [400, 'The request is not valid'],
  'idempotency-key-missing': [400, 'The Idempotency-Key is missing'],
  'idempotency-key-invalid': [400, 'The Idempotency-Key is not valid'],
  unauthenticated: [401, 'A valid bearer token is needed'],
  forbidden: [403, 'The token does not allow this'],
  'not-found': [404, 'There is nothing here'],
  'method-not-allowed': [405, 'This method is not for this resource'],
  'request-timeout': [408, 'The request did not arrive in time'],
  'idempotency-key-in-progress': [409, 'A request with this key is still running'],
  'precondition-failed': [412, 'The resource is not in the required state'],
  'payload-too-large': [413, 'The body is too large'],
  'unsupported-media-type': [415, 'The body must be application/json'],
  'expectation-failed': [417, 'The expectation cannot be met'],
  'idempotency-key-reused': [422, 'The Idempotency-Key was used for another request'],
  'precondition-required': [428, 'An If-Match header is needed'],
  // The contract reserves it for a rate limit per caller, which no service has yet (docs/decisions/031).
  'too-many-requests': [429, 'Too many requests'],
  'headers-too-large': [431, 'The headers are too large'],
  internal: [500, 'Something went wrong here'],
  overloaded: [503, 'The service cannot answer now'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

/** An error at one place of the request; `path` is a JSON Pointer (RFC 6901). */
export interface FieldError {
  path: string;
  message: string;
}

export interface ProblemOptions {
  errors?: FieldError[];
  headers?: Record<string, string>;
  retryAfterSeconds?: number;
  cause?: unknown;
  /** The limit that refused the request under load. */
  refusedBy?: RefusalReason;
}

/** A response that describes an error (RFC 9457). Thrown anywhere below a route, it becomes the response. */
export class Problem extends Error {
  override name = 'Problem';
  readonly type: string;
  readonly status: number;
  readonly title: string;
  readonly errors: FieldError[] | undefined;
  readonly headers: Record<string, string>;
  readonly refusedBy: RefusalReason | undefined;

  constructor({ name, status, title }: ProblemType, detail: string, options: ProblemOptions = {}) {
    super(detail, { cause: options.cause });
    this.type = name;
    this.status = status;
    this.title = title;
    this.errors = options.errors;
    this.refusedBy = options.refusedBy;
    const { retryAfterSeconds } = options;
    this.headers = {
      ...options.headers,
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    };
  }
}

/** @param detail what is wrong in this case, and what to do about it */
export function problem(
  name: keyof typeof GENERAL_PROBLEMS,
  detail: string,
  options?: ProblemOptions,
): Problem {
  const [status, title] = GENERAL_PROBLEMS[name];
  return new Problem({ name, status, title }, detail, options);
}

/**
 * Defines a type of problem that only one service has.
 *
 * @returns a function that makes such a problem, as `problem` does
 */
export function defineProblem(name: string, status: number, title: string) {
  return (detail: string, options?: ProblemOptions) => new Problem({ name, status, title }, detail, options);
}

/** The body of the response (RFC 9457, §3). */
export function problemBody(
  error: Problem,
  request: { instance: string; traceId: string | undefined },
): string {
  return JSON.stringify({
    type: `https://${project.domain}/problems/${error.type}`,
    title: error.title,
    status: error.status,
    detail: error.message,
    instance: request.instance,
    traceId: request.traceId ?? null,
    errors: error.errors,
  });
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';
