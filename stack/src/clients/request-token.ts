import { Failure, reasonOf } from '../failure.ts';
import { jsonObject } from '../text/printable.ts';

type TokenRequest = {
  /** The id of a user or of an operator. */
  subject: string;
  scope?: string | undefined;
  audience?: string | undefined;
  /** 0: the default of the issuer. */
  expiresIn?: number;
};

/** A token from the identity provider, found by its discovery document (OAuth 2.0 client credentials, RFC 6749 §4.4). */
export async function requestToken(
  issuer: string,
  { subject, scope, audience, expiresIn }: TokenRequest,
): Promise<string> {
  const discovery = `${issuer}/.well-known/openid-configuration`;
  const tokenEndpoint = textIn(await ask(discovery), 'token_endpoint', discovery);
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: subject });
  if (scope) form.set('scope', scope);
  if (audience) form.set('audience', audience);
  if (expiresIn) form.set('expires_in', String(expiresIn));
  return textIn(await ask(tokenEndpoint, { method: 'POST', body: form }), 'access_token', tokenEndpoint);
}

/** A string in the JSON of a response. */
function textIn(answer: string, name: string, url: string): string {
  const text = jsonObject(answer)?.[name];
  if (typeof text === 'string') return text;
  throw new Failure(`The identity provider's answer at ${url} has no ${name}: ${answer.slice(0, 300)}`);
}

async function ask(url: string, request: RequestInit = {}): Promise<string> {
  const response = await fetch(url, { ...request, signal: AbortSignal.timeout(10_000) }).catch(
    (error: Error) => {
      throw new Failure(
        `No response from the identity provider at ${url} (${reasonOf(error.cause ?? error)}).`,
      );
    },
  );
  const text = await response.text();
  if (!response.ok)
    throw new Failure(`The identity provider refused (${response.status}): ${text.slice(0, 300)}`);
  return text;
}
