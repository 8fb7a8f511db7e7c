export interface CallOptions {
  token?: string;
  /** The Idempotency-Key. */
  key?: string | undefined;
  /** Sent as JSON; a string or bytes are sent unchanged. */
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Headers;
  /** The body as it was received. */
  text: string;
  /** The parsed body where it is JSON. Tests read any part of it. */
  // biome-ignore lint/suspicious/noExplicitAny: the test knows its type.
  body: any;
}

/** Sends one request, as a client would: call(`${url}/v1/orders`, 'POST', { token, key, body }). */
export async function call(url: string, method = 'GET', options: CallOptions = {}): Promise<Answer> {
  const { token, key, body, headers } = options;
  const response = await fetch(url, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(key !== undefined && { 'idempotency-key': key }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: asBody(body) }),
    redirect: 'manual',
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '') && text !== '';
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? JSON.parse(text) : undefined,
  };
}

function asBody(body: unknown): string | Uint8Array<ArrayBuffer> {
  if (typeof body === 'string') return body;
  return body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body);
}
