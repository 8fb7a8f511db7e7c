import { Failure, reasonOf } from './failure.ts';

type Wish = {
  customer: string;
  scope?: string | undefined;
  audience?: string | undefined;
  /** 0 leaves it to the issuer. */
  expiresIn?: number;
};

/** A token from the identity provider, found by its discovery document (OAuth 2.0 client credentials, RFC 6749 §4.4). */
export async function requestToken(
  issuer: string,
  { customer, scope, audience, expiresIn }: Wish,
): Promise<string> {
  const { token_endpoint } = (await ask(`${issuer}/.well-known/openid-configuration`)) as {
    token_endpoint: string;
  };
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: customer });
  if (scope) form.set('scope', scope);
  if (audience) form.set('audience', audience);
  if (expiresIn) form.set('expires_in', String(expiresIn));
  const { access_token } = (await ask(token_endpoint, { method: 'POST', body: form })) as {
    access_token: string;
  };
  return access_token;
}

async function ask(url: string, request: RequestInit = {}): Promise<unknown> {
  const response = await fetch(url, { ...request, signal: AbortSignal.timeout(10_000) }).catch(
    (error: Error) => {
      throw new Failure(
        `The identity provider does not answer at ${url} (${reasonOf(error.cause ?? error)}).`,
      );
    },
  );
  const text = await response.text();
  if (!response.ok)
    throw new Failure(`The identity provider refused (${response.status}): ${text.slice(0, 300)}`);
  return JSON.parse(text);
}
