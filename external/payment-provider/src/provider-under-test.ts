import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApp } from './app.ts';

type Answer = Record<string, unknown>;

const order = { reference: 'order-1', amountCents: 4200, currency: 'EUR', token: 'tok_ok' };

/** A new provider with an empty ledger for one test, and the calls of a client. */
export async function startProvider() {
  const folder = await mkdtemp(join(tmpdir(), 'payment-provider-'));
  const app = buildApp({ file: join(folder, 'ledger.jsonl') });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });

  async function send(method: string, path: string, body: unknown, key?: string) {
    const response = await fetch(url + path, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Answer };
  }

  return {
    url,
    order,
    send,
    capture: (key: string, change = {}) => send('POST', '/v1/captures', { ...order, ...change }, key),
    refund: (key: string, captureId: unknown, amountCents: number) =>
      send('POST', '/v1/refunds', { captureId, amountCents }, key),

    async list(path: string) {
      const response = await fetch(url + path);
      return ((await response.json()) as { items: Answer[] }).items;
    },

    async close() {
      await app.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
