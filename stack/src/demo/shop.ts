import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import { requestToken } from '../request-token.ts';
import type { Running } from '../running.ts';
import { type Answer, expected, itemsOf, send } from './send.ts';

/** The demo's customer: the same on every start, so that what was ordered before is still hers. */
export const customer = { id: '01930000-0000-7000-8000-000000000ada', email: 'ada@example.com' };

/** What is ordered, and how it is paid. */
export type ProductPatch = { lines: { sku: string; quantity: number }[]; paymentToken: string };

export type PlacedOrder = {
  id: string;
  totalCents: number;
  currency: string;
  /** Of the request that placed it. */
  traceId: string;
  /** When that request was sent, and when it was answered. */
  sentAt: number;
  answeredAt: number;
};

/** What the payment provider has booked, in its own ledger. */
export type Movement = { kind: 'capture' | 'refund'; reference: string; amountCents: number };

export type Mail = { to: string; subject: string; text: string; at: string };
export type Shop = Awaited<ReturnType<typeof openShop>>;

/** The running system, as its customer and its staff use it: over HTTP, each with a token of their own. */
export async function openShop({ services, external }: Running) {
  const issuer = external['identity-provider'].url;
  const scope = 'stock:write operations';
  const [token, staffToken] = await Promise.all([
    requestToken(issuer, { customer: customer.id }),
    requestToken(issuer, { customer: randomUUID(), scope }),
  ]);

  return {
    /** Sends a request to inventory, as its staff. */
    staff: (method: string, path: string, body?: unknown): Promise<Answer> =>
      send(services.inventory.url + path, method, { token: staffToken, key: randomUUID(), body }),

    async giveContact(): Promise<void> {
      const url = `${services.notification.url}/v1/contacts/me`;
      expected(await send(url, 'PUT', { token, body: { email: customer.email } }), 204);
    },

    /** Places an order. A product that was listed just now can be ordered a moment later: `patienceMs` waits for it. */
    async placeOrder(wish: ProductPatch, { patienceMs = 0 } = {}): Promise<PlacedOrder> {
      const [key, until] = [randomUUID(), Date.now() + patienceMs];
      for (;;) {
        const sentAt = Date.now();
        const answer = await send(`${services.order.url}/v1/orders`, 'POST', { token, key, body: wish });
        const answeredAt = Date.now();
        if (answer.status !== 422 || answeredAt >= until) return { ...read(answer), sentAt, answeredAt };
        await sleep(50);
      }
    },

    /** Cancels an order; answers whether it was not too late for that. */
    async cancelOrder({ id }: PlacedOrder): Promise<boolean> {
      const url = `${services.order.url}/v1/orders/${id}/cancel`;
      const answer = await send(url, 'POST', { token, key: randomUUID() });
      return answer.status !== 409 && expected(answer, 200).status === 200;
    },

    async findMovements(orderId: string): Promise<Movement[]> {
      const url = `${external['payment-provider'].url}/v1/ledger`;
      return itemsOf<Movement>(await send(url)).filter(({ reference }) => reference === orderId);
    },

    async findMails(orderId: string): Promise<Mail[]> {
      const url = `${external.mailbox.url}/messages?to=${encodeURIComponent(customer.email)}`;
      return itemsOf<Mail>(await send(url)).filter(({ text }) => String(text ?? '').includes(orderId));
    },
  };
}

function read(answer: Answer) {
  const order = expected(answer, 201).body as { id: string; totalCents: number; currency: string };
  if (typeof order.id !== 'string')
    throw new Failure(`The answer names no order: ${answer.text.slice(0, 300)}`);
  return { ...order, traceId: answer.headers.get('traceparent')?.split('-')[1] ?? '' };
}
