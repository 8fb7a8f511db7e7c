/** Tokens of an identity provider, each cached until shortly before it expires. */
export type Tokens = (client: string, scope?: string) => Promise<string>;

const AN_HOUR_S = 3_600;
const NEARLY = 0.8;
const TIMEOUT_MS = 10_000;

/** OpenID Connect Discovery 1.0, and the client credentials grant of OAuth 2.0 (RFC 6749, §4.4). */
export function openTokens(issuer: string): Tokens {
  const kept = new Map<string, { token: Promise<string>; until: number }>();
  let endpoint: Promise<string> | undefined;

  async function request(client: string, scope: string): Promise<string> {
    endpoint ??= ask(`${issuer}/.well-known/openid-configuration`).then((found) =>
      String(found.token_endpoint),
    );
    const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: client });
    form.set('expires_in', String(AN_HOUR_S));
    if (scope) form.set('scope', scope);
    return String((await ask(await endpoint, { method: 'POST', body: form })).access_token);
  }

  return (client, scope = '') => {
    const name = `${client} ${scope}`;
    const found = kept.get(name);
    if (found && Date.now() < found.until) return found.token;
    const token = request(client, scope);
    kept.set(name, { token, until: Date.now() + AN_HOUR_S * 1_000 * NEARLY });
    token.catch(() => kept.delete(name));
    return token;
  };
}

async function ask(url: string, options: RequestInit = {}): Promise<Record<string, unknown>> {
  const request = { ...options, signal: AbortSignal.timeout(TIMEOUT_MS) };
  const response = await fetch(url, request).catch((error: Error) => {
    throw new Error(`The identity provider does not answer at ${url}.`, { cause: error });
  });
  if (!response.ok) throw new Error(`The identity provider answers ${response.status} at ${url}.`);
  return (await response.json()) as Record<string, unknown>;
}
