import { histogram, ownName, REQUEST_SECONDS } from '@repo/observability';

const stageDuration = histogram({
  name: ownName('order.stage.duration'),
  unit: 's',
  description: 'Which part of the way of an order takes how long?',
  attributes: ['stage'],
  buckets: [...REQUEST_SECONDS, 30, 60, 300],
});

/** @param waited how many seconds each sent message has waited, by Postgres's clock */
export function recordSent(waited: number[]): void {
  for (const seconds of waited) stageDuration.record(Math.max(0, seconds), { stage: 'message' });
}
