import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { atTheEnd, eventually, call as send, startStandIn } from '@repo/testing';

/** A call that the service made to the payment provider. */
export interface ProviderCall {
  kind: 'capture' | 'refund';
  /** The order that it is about. */
  orderId: string;
  key: string;
  body: Record<string, unknown>;
  at: number;
}

type Answer = { status: number; body: unknown };

/** Replaces the provider's reply to a call; 'none' cuts the connection. */
export type Interference = (call: ProviderCall, answer: () => Promise<Answer>) => Promise<Answer | 'none'>;

/** A movement in the provider's ledger, which is the truth about the money. */
interface Movement {
  id: string;
  kind: 'capture' | 'refund';
  reference: string;
  amountCents: number;
  currency: string;
}

/** The payment provider's stand-in, behind a proxy that records every call and lets a test interfere. */
export async function startProvider() {
  const standIn = await startStandIn('payment-provider');
  const calls: ProviderCall[] = [];
  const interferences = new Map<string, Interference>();

  async function ledger(): Promise<Movement[]> {
    return (await send(`${standIn.url}/v1/ledger`)).body.items;
  }

  async function orderOf(body: Record<string, string>): Promise<string> {
    const ofCapture = async () => (await ledger()).find(({ id }) => id === body.captureId)?.reference;
    return body.reference ?? (await ofCapture()) ?? 'unknown';
  }

  async function note(request: IncomingMessage): Promise<ProviderCall> {
    const body = JSON.parse(await text(request));
    const kind = request.url === '/v1/refunds' ? 'refund' : 'capture';
    const key = String(request.headers['idempotency-key']);
    const call: ProviderCall = { kind, orderId: await orderOf(body), key, body, at: Date.now() };
    calls.push(call);
    return call;
  }

  async function take(request: IncomingMessage): Promise<Answer | 'none'> {
    if (request.method === 'GET') return send(`${standIn.url}${request.url}`);
    const call = await note(request);
    const answer = () => send(`${standIn.url}${request.url}`, 'POST', { key: call.key, body: call.body });
    const interfere = interferences.get(call.orderId);
    return interfere ? interfere(call, answer) : answer();
  }

  async function reply(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await take(request).catch(() => 'none' as const);
    if (answer === 'none') return void request.socket.destroy();
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  }

  const server = createServer((request, response) => void reply(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atTheEnd(() => server.close().closeAllConnections());

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    /** The calls about one order, of one kind if it is given. */
    callsFor: (orderId: string, kind?: ProviderCall['kind']) =>
      calls.filter((call) => call.orderId === orderId && (kind === undefined || call.kind === kind)),
    /** Starts or stops interfering with the calls about one order. */
    interfere(orderId: string, interference?: Interference): void {
      if (interference) interferences.set(orderId, interference);
      else interferences.delete(orderId);
    },
    /** Sets the behaviour for all calls: { errorRate, dropReplyRate, latencyMs }; without faults by default. */
    behave: (behaviour = {}) => send(`${standIn.url}/v1/behaviour`, 'PUT', { body: behaviour }),
    /** Moves money without our service. */
    capture: (key: string, body: object) => send(`${standIn.url}/v1/captures`, 'POST', { key, body }),
    refund: (key: string, body: object) => send(`${standIn.url}/v1/refunds`, 'POST', { key, body }),
    async movementsOf(orderId: string): Promise<Movement[]> {
      return (await ledger()).filter(({ reference }) => reference === orderId);
    },
  };
}

/** Performs the calls, and holds back the replies to calls of one kind until the test releases them. */
export function heldAnswer(kind: ProviderCall['kind']) {
  const gate = Promise.withResolvers<void>();
  let isAsked = false;
  const interference: Interference = async (call, answer) => {
    const result = await answer();
    if (call.kind !== kind) return result;
    isAsked = true;
    await gate.promise;
    return result;
  };
  const asked = () => eventually(() => isAsked, { what: `a call for a ${kind}` });
  return { interference, asked, letGo: gate.resolve };
}
