import { Failure, reasonOf } from '../failure.ts';

export type Request = { token?: string; key?: string; body?: unknown };
export type Answer = { status: number; headers: Headers; body: Record<string, unknown> };

/** Sends one request, as any client would. Throws a Failure when nobody answers. */
export async function send(url: string, method = 'GET', { token, key, body }: Request = {}): Promise<Answer> {
  const headers = {
    ...(token && { authorization: `Bearer ${token}` }),
    ...(key && { 'idempotency-key': key }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  };
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const signal = AbortSignal.timeout(10_000);
  try {
    const response = await fetch(url, { method, headers, signal, ...content });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : {} };
  } catch (error) {
    throw new Failure(`Nobody answers at ${url} (${reasonOf((error as Error).cause ?? error)}).`);
  }
}

/** The answer, if it has the status that was hoped for. Throws a Failure with what the service says is wrong. */
export function expected(answer: Answer, status: number): Answer {
  if (answer.status === status) return answer;
  const { title = `The answer was ${answer.status}`, detail = '', errors = [] } = answer.body;
  const fields = (errors as { path: string; message: string }[]).map(
    ({ path, message }) => `\n  ${path}: ${message}`,
  );
  throw new Failure(`${title}: ${detail}${fields.join('')}`);
}
