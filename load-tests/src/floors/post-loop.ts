import { type Latency, latencyOf } from '../figures/figures.ts';
import type { Buyer } from '../generator/buyer.ts';

export interface PostLoop {
  connections: number;
  seconds: number;
  signal: AbortSignal;
}

export interface Posts {
  perSecond: number;
  answered: Latency;
}

const SETTLING = 0.25;

/** Each customer sends the next order as soon as the last one was answered, and does not wait for its end. */
export async function postLoop(buyer: Buyer, { connections, seconds, signal }: PostLoop): Promise<Posts> {
  const begin = performance.now();
  const from = begin + seconds * 1_000 * SETTLING;
  const end = begin + seconds * 1_000;
  const answeredMs: number[] = [];

  async function post(): Promise<void> {
    while (performance.now() < end && !signal.aborted && buyer.complaints.length === 0) {
      const sentAt = performance.now();
      const answer = await buyer.send(buyer.plan());
      if (!answer) continue;
      if ('retryAfterMs' in answer) buyer.complaints.push('An order was refused by admission.');
      else if (answer.answeredAt >= from && answer.answeredAt < end)
        answeredMs.push(answer.answeredAt - sentAt);
    }
  }

  await Promise.all(Array.from({ length: connections }, post));
  signal.throwIfAborted();
  return { perSecond: (answeredMs.length / (end - from)) * 1_000, answered: latencyOf(answeredMs) };
}
