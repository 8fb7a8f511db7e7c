import { Problem } from '@repo/http';
import { counter, ownName } from '@repo/observability';
import type { Outcome } from './outcome.ts';

const requests = counter({
  name: ownName('idempotency.requests'),
  unit: '{request}',
  description:
    'How many requests with a key took effect, were replayed, or were refused because of their key?',
  attributes: ['outcome'],
});

const REFUSALS: Record<string, string> = {
  'idempotency-key-in-progress': 'in_progress',
  'idempotency-key-reused': 'reused',
};

/** Counts a request by what its key has led to; not one that failed for another reason and leaves its key unused. */
export function countKeyUse(outcome: Outcome & { replayed?: boolean }): void {
  const use = outcome instanceof Error ? refusalOf(outcome) : outcome.replayed ? 'replayed' : 'new';
  if (use) requests.add(1, { outcome: use });
}

function refusalOf(error: Error): string | undefined {
  return error instanceof Problem ? REFUSALS[error.type] : undefined;
}
