import { Failure, reasonOf } from '../failure.ts';
import { isObject, jsonObject, valueText } from '../text/printable.ts';

export type Request = { token?: string; key?: string; body?: unknown };
/** The body is empty where the response is no JSON object; error messages quote its text. */
export type Answer = { status: number; headers: Headers; body: Record<string, unknown>; text: string };

/** Sends one request, as any client would. Throws a Failure when no response comes. */
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
    return { status: response.status, headers: response.headers, body: jsonObject(text) ?? {}, text };
  } catch (error) {
    throw new Failure(`No response from ${url} (${reasonOf((error as Error).cause ?? error)}).`);
  }
}

/** Returns the answer if it has this status. Throws a Failure with the problem that the service reports. */
export function expected(answer: Answer, status: number): Answer {
  if (answer.status === status) return answer;
  const { title, detail, errors } = answer.body;
  const fields = (Array.isArray(errors) ? errors.filter(isObject) : []).map(
    ({ path, message }) => `\n  ${valueText(path)}: ${valueText(message)}`,
  );
  const what = valueText(title) || `The answer was ${answer.status}`;
  const why = valueText(detail) || (title ? '' : answer.text.slice(0, 300));
  throw new Failure(`${what}: ${why}${fields.join('')}`);
}

/** The objects in the `items` of an answer with status 200. */
export function itemsOf<Item>(answer: Answer): Item[] {
  const { items } = expected(answer, 200).body;
  if (!Array.isArray(items)) throw new Failure(`The answer has no items: ${answer.text.slice(0, 300)}`);
  return items.filter(isObject) as Item[];
}
