import { randomUUID } from 'node:crypto';
import type { Running } from '@repo/stack';
import type { Client, Person, Request } from './client.ts';
import { PRODUCTS } from './script.ts';
import { addressOf } from './secrets.ts';

/**
 * Who is there: several customers, one of them without an address and some whose address is refused, and somebody who
 * keeps the shop.
 */
export interface Shop {
  customers: Person[];
  staff: Person;
}

const CUSTOMERS = 12;
const AN_HOUR_S = 3_600;

/** Lists the products, and makes the customers. */
export async function openShop({ services, external }: Running, client: Client): Promise<Shop> {
  const identify = await findIssuer(external['identity-provider'].url);
  const staff = await identify('stock:write operations');
  const customers = await Promise.all(Array.from({ length: CUSTOMERS }, () => identify()));
  const ask = async (request: Request) => {
    const { outcome, status, answer } = await client.sendUntilAnswered(request);
    if (outcome !== 'ok')
      throw new Error(`${request.path} was answered ${status}: ${JSON.stringify(answer)}`);
  };
  for (const { sku, stock } of PRODUCTS) {
    const body = { sku, name: sku, priceCents: 1_000, currency: 'EUR', stock };
    const to = { url: services.inventory.url, path: '/v1/products' };
    await ask({ who: staff, method: 'POST', ...to, key: `list-${sku}`, body });
  }
  for (const [number, who] of customers.entries()) {
    const email = addressOf(number);
    if (!email) continue;
    const to = { url: services.notification.url, path: '/v1/contacts/me' };
    await ask({ who, method: 'PUT', ...to, body: { email } });
  }
  return { customers, staff };
}

/** By OpenID Connect Discovery 1.0, and the client credentials of OAuth 2.0 (RFC 6749, §4.4). */
async function findIssuer(issuer: string): Promise<(scope?: string) => Promise<Person>> {
  const found = await fetch(`${issuer}/.well-known/openid-configuration`);
  const { token_endpoint } = (await found.json()) as { token_endpoint: string };
  return async (scope = '') => {
    const id = randomUUID();
    const wish = { grant_type: 'client_credentials', client_id: id, scope, expires_in: String(AN_HOUR_S) };
    const response = await fetch(token_endpoint, { method: 'POST', body: new URLSearchParams(wish) });
    return { id, token: ((await response.json()) as { access_token: string }).access_token };
  };
}
