import { randomUUID } from 'node:crypto';
import type { Running } from '@tenfold/stack';
import { CURRENCY, products } from './mix.ts';
import { until } from './until.ts';

const CUSTOMERS = 20;
const AN_HOUR_S = 3_600;

/** Lists the products, with plenty of stock, and makes customers with addresses. Answers the customers' tokens. */
export async function openShop({ services, external }: Running, signal: AbortSignal): Promise<string[]> {
  const requestToken = await findIssuer(external['identity-provider'].url);
  const staff = await requestToken('stock:write operations');
  const tokens = await Promise.all(Array.from({ length: CUSTOMERS }, () => requestToken()));
  for (const product of products) {
    const body = { ...product, name: product.sku, currency: CURRENCY };
    await send('POST', `${services.inventory.url}/v1/products`, staff, body);
  }
  for (const [index, token] of tokens.entries()) {
    const email = `customer-${index}@example.com`;
    await send('PUT', `${services.notification.url}/v1/contacts/me`, token, { email });
  }
  await until(() => canBeOrdered(services.order.url, tokens[0] as string), {
    what: 'the products to be known to the order service',
    timeoutMs: 20_000,
    signal,
  });
  return tokens;
}

/** The last product that was listed can be ordered, and so can all others; the order itself is refused at once. */
async function canBeOrdered(orderUrl: string, token: string): Promise<boolean> {
  const known = products.map(({ sku }) => sku).slice(-49);
  const lines = [...known, 'NO-SUCH-PRODUCT'].map((sku) => ({ sku, quantity: 1 }));
  const response = await request('POST', `${orderUrl}/v1/orders`, token, { lines, paymentToken: 'tok_ok' });
  const { detail = '' } = (await response.json()) as { detail?: string };
  return response.status === 422 && !known.some((sku) => detail.includes(`${sku},`));
}

/** By OpenID Connect Discovery 1.0, and the client credentials of OAuth 2.0 (RFC 6749, §4.4). */
async function findIssuer(issuer: string): Promise<(scope?: string) => Promise<string>> {
  const found = await fetch(`${issuer}/.well-known/openid-configuration`);
  const { token_endpoint } = (await found.json()) as { token_endpoint: string };
  return async (scope) => {
    const wish = { grant_type: 'client_credentials', client_id: randomUUID(), expires_in: String(AN_HOUR_S) };
    const form = new URLSearchParams({ ...wish, ...(scope && { scope }) });
    const response = await fetch(token_endpoint, { method: 'POST', body: form });
    return ((await response.json()) as { access_token: string }).access_token;
  };
}

async function send(method: string, url: string, token: string, body: object): Promise<void> {
  const response = await request(method, url, token, body);
  if (!response.ok)
    throw new Error(`${method} ${url} was answered ${response.status}: ${await response.text()}`);
  await response.body?.cancel();
}

function request(method: string, url: string, token: string, body: object): Promise<Response> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'idempotency-key': randomUUID(),
  };
  return fetch(url, { method, headers, body: JSON.stringify(body), signal: AbortSignal.timeout(10_000) });
}
