import { randomUUID } from 'node:crypto';
import type { Running } from '@repo/stack';
import { activeParts } from '../services/active-parts.ts';
import type { Client, Person, Request } from './client.ts';
import { PRODUCTS } from './script.ts';

/** The people of a run: several customers, and a member of the staff. */
export interface Shop {
  customers: Person[];
  staff: Person;
}

const CUSTOMERS = 12;
const AN_HOUR_S = 3_600;

/** Lists the products, and prepares the customers. */
export async function openShop(running: Running, client: Client): Promise<Shop> {
  const identify = await findIssuer(running.external['identity-provider'].url);
  const staff = await identify('stock:write operations');
  const customers = await Promise.all(Array.from({ length: CUSTOMERS }, () => identify()));
  const send = async (request: Request) => {
    const { outcome, status, answer } = await client.sendUntilAnswered(request);
    if (outcome !== 'ok')
      throw new Error(`${request.path} was answered ${status}: ${JSON.stringify(answer)}`);
  };
  for (const { sku, stock } of PRODUCTS) {
    const body = { sku, name: sku, priceCents: 1_000, currency: 'EUR', stock };
    const to = { url: running.services.inventory.url, path: '/v1/products' };
    await send({ who: staff, method: 'POST', ...to, key: `list-${sku}`, body });
  }
  for (const [number, who] of customers.entries())
    for (const { workload } of activeParts) {
      const request = workload?.prepareCustomer?.(who, number, running);
      if (request) await send(request);
    }
  return { customers, staff };
}

/** By OpenID Connect Discovery 1.0, and the client credentials of OAuth 2.0 (RFC 6749, §4.4). */
async function findIssuer(issuer: string): Promise<(scope?: string) => Promise<Person>> {
  const found = await fetch(`${issuer}/.well-known/openid-configuration`);
  const { token_endpoint } = (await found.json()) as { token_endpoint: string };
  return async (scope = '') => {
    const id = randomUUID();
    const form = { grant_type: 'client_credentials', client_id: id, scope, expires_in: String(AN_HOUR_S) };
    const response = await fetch(token_endpoint, { method: 'POST', body: new URLSearchParams(form) });
    return { id, token: ((await response.json()) as { access_token: string }).access_token };
  };
}
