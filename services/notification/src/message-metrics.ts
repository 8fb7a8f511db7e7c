import { DURATION_BUCKETS, histogram, ownName, secondsBetween } from '@repo/observability';

const stageDuration = histogram({
  name: ownName('order.stage.duration'),
  unit: 's',
  description: 'Which part of the way of an order takes how long?',
  attributes: ['stage'],
  buckets: [...DURATION_BUCKETS, 30, 60, 300],
});

/** Records sent messages, by the times of their rows. */
export function recordSent(messages: { createdAt: Date; sentAt: Date }[]): void {
  for (const { createdAt, sentAt } of messages)
    stageDuration.record(secondsBetween(createdAt, sentAt), { stage: 'message' });
}
