import { randomUUID } from 'node:crypto';
import type { Running } from '@repo/stack';
import { CURRENCY, products } from './mix.ts';

const CUSTOMERS = 20;
const AN_HOUR_S = 3_600;

/** Lists the products with enough stock, and creates customers. Returns the customers' tokens. */
export async function openShop(
  { services, external }: Running,
  { mail }: { mail: boolean },
): Promise<string[]> {
  const requestToken = await findIssuer(external['identity-provider'].url);
  const staff = await requestToken('stock:write operations');
  const tokens = await Promise.all(Array.from({ length: CUSTOMERS }, () => requestToken()));
  for (const product of products) {
    const body = { ...product, name: product.sku, currency: CURRENCY };
    await send('POST', `${services.inventory.url}/v1/products`, staff, body);
  }
  const { notification }: Partial<Record<string, { url: string }>> = services;
  for (const [index, token] of mail && notification ? tokens.entries() : []) {
    const email = `customer-${index}@example.com`;
    await send('PUT', `${notification?.url}/v1/contacts/me`, token, { email });
  }
  return tokens;
}

/** OpenID Connect Discovery 1.0, and the client credentials grant of OAuth 2.0 (RFC 6749, §4.4). */
async function findIssuer(issuer: string): Promise<(scope?: string) => Promise<string>> {
  const found = await fetch(`${issuer}/.well-known/openid-configuration`);
  const { token_endpoint } = (await found.json()) as { token_endpoint: string };
  return async (scope) => {
    const grant = {
      grant_type: 'client_credentials',
      client_id: randomUUID(),
      expires_in: String(AN_HOUR_S),
    };
    const form = new URLSearchParams({ ...grant, ...(scope && { scope }) });
    const response = await fetch(token_endpoint, { method: 'POST', body: form });
    return ((await response.json()) as { access_token: string }).access_token;
  };
}

async function send(method: string, url: string, token: string, body: object): Promise<void> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'idempotency-key': randomUUID(),
  };
  const signal = AbortSignal.timeout(10_000);
  const response = await fetch(url, { method, headers, body: JSON.stringify(body), signal });
  if (!response.ok)
    throw new Error(`${method} ${url} was answered ${response.status}: ${await response.text()}`);
  await response.body?.cancel();
}
