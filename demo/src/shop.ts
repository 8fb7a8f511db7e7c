import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, expected, Failure, itemsOf, type Running, requestToken, send } from '@repo/stack';
import { openMail } from './mail.ts';

/** The demo's customer: the same on every start, so that the earlier orders are still hers. */
export const customer = { id: '01930000-0000-7000-8000-000000000ada', email: 'ada@example.com' };

export type OrderRequest = { lines: { sku: string; quantity: number }[]; paymentToken: string };

export type PlacedOrder = {
  id: string;
  totalCents: number;
  currency: string;
  /** Of the request that placed it. */
  traceId: string;
  /** When that request was sent, and when its response came. */
  sentAt: number;
  answeredAt: number;
};

/** An entry in the ledger of the payment provider. */
export type LedgerEntry = { kind: 'capture' | 'refund'; reference: string; amountCents: number };

export type Shop = Awaited<ReturnType<typeof openShop>>;

/** The running system, as its customer and its staff use it: over HTTP, each with a token. */
export async function openShop(running: Running) {
  const { services, external } = running;
  const issuer = external['identity-provider'].url;
  const scope = 'stock:write operations';
  const [token, staffToken] = await Promise.all([
    requestToken(issuer, { subject: customer.id }),
    requestToken(issuer, { subject: randomUUID(), scope }),
  ]);

  return {
    /** Sends a request to inventory, as its staff. */
    staff: (method: string, path: string, body?: unknown): Promise<Answer> =>
      send(services.inventory.url + path, method, { token: staffToken, key: randomUUID(), body }),

    /** Undefined in a system that sends no e-mail. */
    mail: openMail(running, { token, email: customer.email }),

    /**
     * Places an order.
     *
     * @param patienceMs how long to retry while order does not know a product that was listed just now
     */
    async placeOrder(request: OrderRequest, { patienceMs = 0 } = {}): Promise<PlacedOrder> {
      const [key, until] = [randomUUID(), Date.now() + patienceMs];
      for (;;) {
        const sentAt = Date.now();
        const answer = await send(`${services.order.url}/v1/orders`, 'POST', { token, key, body: request });
        const answeredAt = Date.now();
        if (answer.status !== 422 || answeredAt >= until) return { ...readOrder(answer), sentAt, answeredAt };
        await sleep(50);
      }
    },

    /** Cancels an order. Returns false where it had ended already. */
    async cancelOrder({ id }: PlacedOrder): Promise<boolean> {
      const url = `${services.order.url}/v1/orders/${id}/cancel`;
      const answer = await send(url, 'POST', { token, key: randomUUID() });
      return answer.status !== 409 && expected(answer, 200).status === 200;
    },

    async findLedgerEntries(orderId: string): Promise<LedgerEntry[]> {
      const url = `${external['payment-provider'].url}/v1/ledger`;
      return itemsOf<LedgerEntry>(await send(url)).filter(({ reference }) => reference === orderId);
    },
  };
}

function readOrder(answer: Answer) {
  const order = expected(answer, 201).body as { id: string; totalCents: number; currency: string };
  if (typeof order.id !== 'string')
    throw new Failure(`The answer names no order: ${answer.text.slice(0, 300)}`);
  return { ...order, traceId: answer.headers.get('traceparent')?.split('-')[1] ?? '' };
}
