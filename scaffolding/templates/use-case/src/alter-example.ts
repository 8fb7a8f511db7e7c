import type { OutgoingEvent } from '@repo/events';
import type { TraceContext } from '@repo/observability';
import { readClock, type Transaction } from '@repo/postgres';

export interface AlterExampleRequest extends TraceContext {
  id: string;
}

export interface AlterExampleResult {
  id: string;
  at: Date;
}

/**
 * Returns a result for each request, and the events to publish. A batch of requests costs a few
 * statements: lock the rows of all, decide in memory with the pure domain, save all.
 */
export async function alterExample<Request extends AlterExampleRequest>(
  tx: Transaction,
  requests: Request[],
): Promise<{ results: Map<Request, AlterExampleResult>; events: OutgoingEvent[] }> {
  const at = await readClock(tx);
  const results = new Map(requests.map((request) => [request, { id: request.id, at }]));
  return { results, events: [] };
}
