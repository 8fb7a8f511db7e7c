import { type Answer, type Client, openClient } from './client.ts';
import { type PlannedOrder, planOrder } from './mix.ts';

export interface Purchase {
  orderId: string;
  answeredAt: number;
  isConfirmable: boolean;
}

/** Admission refused the order (503). */
export interface Refusal {
  /** `Retry-After`, in milliseconds. */
  retryAfterMs: number;
}

/** Places orders, and records each one for the comparison with the state of the system. */
export interface Buyer {
  /**
   * Places the next order; undefined for a refused one, and for a repeat of an earlier one.
   *
   * @param onRefused called with `Retry-After` when admission refuses the order; without it, a refusal is a complaint
   */
  buy(onRefused?: (retryAfterMs: number) => void): Promise<Purchase | undefined>;
  /** The next order, for a caller that sends it itself, and again after a refusal. */
  plan(): NextOrder;
  /** Sends an order; undefined when it was neither placed nor refused by admission. */
  send(order: NextOrder): Promise<Purchase | Refusal | undefined>;
  accepted: ReadonlyMap<string, PlannedOrder>;
  complaints: string[];
  /** The number of repeated requests that got the same answer as the first time. */
  repeats(): number;
  close(): void;
}

export interface BuyerOptions {
  orderUrl: string;
  /** A token for each customer. */
  tokens: string[];
  random: () => number;
  /** The share of requests that repeat an earlier one. */
  repeatedShare?: number;
}

export interface NextOrder {
  plan: PlannedOrder;
  body: string;
  headers: Record<string, string>;
}

type Sent = Omit<NextOrder, 'plan'> & { orderId: string };

const REPEATED_SHARE = 0.02;
/** A client repeats only recent requests. */
const REMEMBERED = 1_000;
const MOST_COMPLAINTS = 20;

export function createBuyer(options: BuyerOptions): Buyer {
  const { orderUrl, tokens, random, repeatedShare = REPEATED_SHARE } = options;
  const client: Client = openClient(orderUrl);
  const authorizations = tokens.map((token) => `Bearer ${token}`);
  const accepted = new Map<string, PlannedOrder>();
  const complaints: string[] = [];
  const recent: Sent[] = [];
  let keys = 0;
  let repeated = 0;

  async function post({ headers, body }: Omit<NextOrder, 'plan'>): Promise<Answer | undefined> {
    try {
      return await client.post('/v1/orders', headers, body);
    } catch (error) {
      complain(`An order was not answered: ${(error as Error).message}`);
      return undefined;
    }
  }

  function complain(complaint: string): void {
    if (complaints.length < MOST_COMPLAINTS) complaints.push(complaint);
  }

  function complainOf({ status, body }: Answer): undefined {
    complain(`An order was answered ${status}: ${body.slice(0, 200)}`);
  }

  async function repeat(earlier: Sent, onRefused: (retryAfterMs: number) => void): Promise<undefined> {
    const answer = await post(earlier);
    if (!answer) return;
    if (answer.status === 503) {
      onRefused(answer.retryAfterMs);
      return;
    }
    if (answer.status !== 201) return complainOf(answer);
    repeated++;
    if (!answer.replayed || idIn(answer) !== earlier.orderId)
      complain(`The repeat of ${earlier.orderId} is another.`);
  }

  function plan(): NextOrder {
    const order = planOrder(random, tokens.length);
    const body = JSON.stringify({ lines: order.lines, paymentToken: order.paymentToken });
    const headers = {
      authorization: authorizations[order.customer] as string,
      'content-type': 'application/json',
      'idempotency-key': `bench-${++keys}`,
    };
    return { plan: order, headers, body };
  }

  async function send(order: NextOrder): Promise<Purchase | Refusal | undefined> {
    const answer = await post(order);
    if (!answer) return undefined;
    if (answer.status === 503) return { retryAfterMs: answer.retryAfterMs };
    if (answer.status !== 201) return complainOf(answer);
    const answeredAt = performance.now();
    const orderId = idIn(answer);
    accepted.set(orderId, order.plan);
    recent[(accepted.size - 1) % REMEMBERED] = { orderId, body: order.body, headers: order.headers };
    return { orderId, answeredAt, isConfirmable: order.plan.outcome === 'confirmed' };
  }

  async function place(onRefused: (retryAfterMs: number) => void): Promise<Purchase | undefined> {
    const answer = await send(plan());
    if (!answer || 'orderId' in answer) return answer;
    onRefused(answer.retryAfterMs);
    return undefined;
  }

  const complainOfRefusal = () => complain('An order was refused by admission.');

  return {
    buy(onRefused = complainOfRefusal) {
      const earlier = random() < repeatedShare && recent[Math.floor(random() * recent.length)];
      return earlier ? repeat(earlier, onRefused) : place(onRefused);
    },
    plan,
    send,
    accepted,
    complaints,
    repeats: () => repeated,
    close: client.close,
  };
}

/** The id is the first field of an order, so the rest need not be parsed. */
function idIn({ body }: Answer): string {
  return /^{"id":"([0-9a-f-]{36})"/.exec(body)?.[1] ?? (JSON.parse(body) as { id: string }).id;
}
