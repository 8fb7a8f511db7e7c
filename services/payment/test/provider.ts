import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { atTheEnd, call as send, startStandIn } from '@tenfold/testing';

/** A call that the service made to the payment provider. */
export interface ProviderCall {
  key: string;
  body: { reference: string; amountCents: number; currency: string; token: string };
}

type Answer = { status: number; body: unknown };

/** What a test makes of the provider's answer to a call; 'none' breaks the connection off. */
export type Interference = (call: ProviderCall, answer: () => Promise<Answer>) => Promise<Answer | 'none'>;

/** The payment provider's stand-in, behind a door at which every call is noted and a test may interfere. */
export async function startProvider() {
  const standIn = await startStandIn('payment-provider');
  const calls: ProviderCall[] = [];
  const interferences = new Map<string, Interference>();

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = { key: String(request.headers['idempotency-key']), body: JSON.parse(await text(request)) };
    calls.push(call);
    const answer = () => send(`${standIn.url}${request.url}`, 'POST', call);
    const interfere = interferences.get(call.body.reference) ?? answer;
    const result = await interfere(call, answer).catch(() => 'none' as const);
    if (result === 'none') request.socket.destroy();
    else {
      response.writeHead(result.status, { 'content-type': 'application/json' });
      response.end(typeof result.body === 'string' ? result.body : JSON.stringify(result.body));
    }
  }

  const server = createServer((request, response) => void take(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atTheEnd(() => server.close().closeAllConnections());

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** The calls about one order. */
    callsFor: (orderId: string) => calls.filter(({ body }) => body.reference === orderId),
    /** From now on interferes with the calls about one order, or no longer. */
    interfere(orderId: string, interference?: Interference): void {
      if (interference) interferences.set(orderId, interference);
      else interferences.delete(orderId);
    },
    /** What the provider has in its ledger about one order: the truth about the money. */
    async movementsOf(
      orderId: string,
    ): Promise<{ kind: string; amountCents: number; currency: string; id: string }[]> {
      const { body } = await send(`${standIn.url}/v1/ledger`);
      return body.items.filter(({ reference }: { reference: string }) => reference === orderId);
    },
  };
}
