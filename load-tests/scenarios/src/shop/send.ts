import { Failure } from '@repo/stack';

export interface Request {
  token: string;
  key?: string;
  body?: object;
  signal: AbortSignal;
}

export interface Answer {
  status: number;
  text: string;
  body: Record<string, unknown>;
}

const TIMEOUT_MS = 30_000;

/** @throws Failure without an answer */
export async function send(
  method: string,
  url: string,
  { token, key, body, signal }: Request,
): Promise<Answer> {
  const headers = {
    authorization: `Bearer ${token}`,
    ...(key && { 'idempotency-key': key }),
    ...(body && { 'content-type': 'application/json' }),
  };
  const request: RequestInit = {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  };
  const response = await fetch(url, request).catch((error: Error) => {
    signal.throwIfAborted();
    throw new Failure(
      `${method} ${url} was not answered (${(error.cause as Error)?.message ?? error.message}).`,
    );
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, text, body: isJson ? JSON.parse(text) : {} };
}
