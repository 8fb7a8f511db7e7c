import { histogram, ownName } from '@repo/observability';

const LOOP = ownName('loop');

const batchSize = histogram({
  name: ownName('batch.size'),
  unit: '{item}',
  description: 'How many rows or records share a turn of a loop? Few: the fixed cost of turns dominates.',
  attributes: [LOOP],
  buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
});

/** Records how many items a turn of a loop has processed; not a turn without any. */
export function recordBatch(loop: string, items: number): void {
  if (items > 0) batchSize.record(items, { [LOOP]: loop });
}
