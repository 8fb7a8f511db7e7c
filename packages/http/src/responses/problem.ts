import project from '@repo/project' with { type: 'json' };

/** The kinds of problem that an answer can name, with their HTTP status and title. */
const PROBLEMS = {
  'invalid-request': [400, 'The request is not valid'],
  'idempotency-key-missing': [400, 'The Idempotency-Key is missing'],
  'idempotency-key-invalid': [400, 'The Idempotency-Key is not valid'],
  unauthenticated: [401, 'A valid bearer token is needed'],
  forbidden: [403, 'The token does not allow this'],
  'not-found': [404, 'There is nothing here'],
  'method-not-allowed': [405, 'This method is not for this resource'],
  'request-timeout': [408, 'The request did not arrive in time'],
  'idempotency-key-in-progress': [409, 'A request with this key is still running'],
  'order-not-cancellable': [409, 'The order has ended'],
  'order-not-ended': [409, 'The order has not ended'],
  'sku-taken': [409, 'The sku is taken'],
  'precondition-failed': [412, 'The resource is not as the request says'],
  'payload-too-large': [413, 'The body is too large'],
  'unsupported-media-type': [415, 'The body must be application/json'],
  'expectation-failed': [417, 'The expectation cannot be met'],
  'unknown-product': [422, 'A product is not known'],
  'mixed-currencies': [422, 'The products have several currencies'],
  'idempotency-key-reused': [422, 'The Idempotency-Key was used for another request'],
  'precondition-required': [428, 'An If-Match header is needed'],
  'too-many-requests': [429, 'Too many requests'],
  'headers-too-large': [431, 'The headers are too large'],
  internal: [500, 'Something went wrong here'],
  overloaded: [503, 'The service cannot answer now'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemType = keyof typeof PROBLEMS;

/** What is wrong at one place of the request; `path` is a JSON Pointer (RFC 6901). */
export interface FieldError {
  path: string;
  message: string;
}

export interface ProblemOptions {
  errors?: FieldError[];
  headers?: Record<string, string>;
  retryAfterSeconds?: number;
  cause?: unknown;
}

/** An answer that says what is wrong (RFC 9457). Thrown anywhere below a route, it becomes the answer. */
export class Problem extends Error {
  override name = 'Problem';
  readonly type: ProblemType;
  readonly status: number;
  readonly errors: FieldError[] | undefined;
  readonly headers: Record<string, string>;

  constructor(type: ProblemType, detail: string, options: ProblemOptions = {}) {
    super(detail, { cause: options.cause });
    this.type = type;
    this.status = PROBLEMS[type][0];
    this.errors = options.errors;
    const { retryAfterSeconds } = options;
    this.headers = {
      ...options.headers,
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    };
  }
}

/** @param detail what is wrong in this case, and what to do about it */
export function problem(type: ProblemType, detail: string, options?: ProblemOptions): Problem {
  return new Problem(type, detail, options);
}

/** The body of the answer (RFC 9457, §3). */
export function problemBody(
  error: Problem,
  request: { instance: string; traceId: string | undefined },
): string {
  return JSON.stringify({
    type: `https://${project.domain}/problems/${error.type}`,
    title: PROBLEMS[error.type][1],
    status: error.status,
    detail: error.message,
    instance: request.instance,
    traceId: request.traceId ?? null,
    errors: error.errors,
  });
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';
