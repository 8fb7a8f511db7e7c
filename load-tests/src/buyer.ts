import { type Answer, type Client, openClient } from './client.ts';
import { type PlannedOrder, planOrder } from './mix.ts';

export interface Purchase {
  orderId: string;
  answeredAt: number;
  isConfirmable: boolean;
}

/** Places orders, and keeps the books that the system's own are compared with. */
export interface Buyer {
  /** Places the next order; undefined for one that was refused, and for a repeat of an earlier one. */
  buy(): Promise<Purchase | undefined>;
  accepted: ReadonlyMap<string, PlannedOrder>;
  refused: string[];
  /** How many requests were repeats, answered as the first time. */
  repeats(): number;
  close(): void;
}

export interface BuyerOptions {
  orderUrl: string;
  /** One for each customer. */
  tokens: string[];
  random: () => number;
}

interface Sent {
  orderId: string;
  body: string;
  headers: Record<string, string>;
}

const REPEATED_SHARE = 0.02;
/** A client repeats what it has sent a moment ago. */
const REMEMBERED = 1_000;
const MOST_REFUSALS_KEPT = 20;

export function createBuyer({ orderUrl, tokens, random }: BuyerOptions): Buyer {
  const client: Client = openClient(orderUrl);
  const accepted = new Map<string, PlannedOrder>();
  const refused: string[] = [];
  const recent: Sent[] = [];
  let keys = 0;
  let repeated = 0;

  async function send({ headers, body }: Omit<Sent, 'orderId'>): Promise<Answer | undefined> {
    try {
      const answer = await client.post('/v1/orders', headers, body);
      if (answer.status === 201) return answer;
      refuse(`An order was answered ${answer.status}: ${answer.body.slice(0, 200)}`);
    } catch (error) {
      refuse(`An order was not answered: ${(error as Error).message}`);
    }
    return undefined;
  }

  function refuse(complaint: string): void {
    if (refused.length < MOST_REFUSALS_KEPT) refused.push(complaint);
  }

  async function repeat(earlier: Sent): Promise<undefined> {
    const answer = await send(earlier);
    if (!answer) return;
    repeated++;
    if (!answer.replayed || idIn(answer) !== earlier.orderId)
      refuse(`The repeat of ${earlier.orderId} is another.`);
  }

  async function place(): Promise<Purchase | undefined> {
    const plan = planOrder(random, tokens.length);
    const body = JSON.stringify({ lines: plan.lines, paymentToken: plan.paymentToken });
    const headers = {
      authorization: `Bearer ${tokens[plan.customer]}`,
      'content-type': 'application/json',
      'idempotency-key': `bench-${++keys}`,
    };
    const answer = await send({ headers, body });
    if (!answer) return undefined;
    const answeredAt = performance.now();
    const orderId = idIn(answer);
    accepted.set(orderId, plan);
    recent[(accepted.size - 1) % REMEMBERED] = { orderId, body, headers };
    return { orderId, answeredAt, isConfirmable: plan.outcome === 'confirmed' };
  }

  return {
    buy() {
      const earlier = random() < REPEATED_SHARE && recent[Math.floor(random() * recent.length)];
      return earlier ? repeat(earlier) : place();
    },
    accepted,
    refused,
    repeats: () => repeated,
    close: client.close,
  };
}

/** The id is the first field of an order: the rest of it need not be parsed here. */
function idIn({ body }: Answer): string {
  return /^{"id":"([0-9a-f-]{36})"/.exec(body)?.[1] ?? (JSON.parse(body) as { id: string }).id;
}
