import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type DataOf, defineEvent } from '../src/event-type.ts';
import { newEvent, type OutgoingEvent } from '../src/index.ts';

// The events of these tests. The package itself knows no event.

const schema = z.object({ meterId: z.guid(), version: z.int().positive() });

export const MeterRead = defineEvent({
  type: 'meter.read',
  topic: 'meter.events',
  subject: 'meterId',
  schema,
});
export type MeterRead = DataOf<typeof MeterRead>;

/** Two further types about the same meters, on a topic of their own. */
export const MeterConnected = defineEvent({
  type: 'meter.connected',
  topic: 'grid.events',
  subject: 'meterId',
  schema,
});
export const MeterDisconnected = defineEvent({
  type: 'meter.disconnected',
  topic: 'grid.events',
  subject: 'meterId',
  schema,
});

export const ids = (count: number): string[] => Array.from({ length: count }, () => randomUUID());

export const meterData = (meterId: string = randomUUID(), version = 1): MeterRead => ({ meterId, version });

/** An event as a handler or a use case returns it. */
export function outgoingEvent(meterId: string, version = 1): OutgoingEvent {
  return newEvent(MeterRead, meterData(meterId, version), {});
}
