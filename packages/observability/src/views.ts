import { AggregationType, type ViewOptions } from '@opentelemetry/sdk-metrics';

const drop = { type: AggregationType.DROP };

/** Instruments of the runtime that no dashboard and no alert uses (docs/telemetry.md). */
const UNUSED_RUNTIME = [
  'nodejs.eventloop.time',
  'nodejs.eventloop.delay.m*n',
  'nodejs.eventloop.delay.stddev',
  'nodejs.eventloop.delay.p90',
  'v8js.memory.heap.space.*',
  'v8js.resource.active',
];

/**
 * Leaves out what libraries measure and nobody uses. packages/postgres and the client of an external system measure
 * statements and calls themselves, because the libraries measure only those of recorded traces.
 */
export const VIEWS: ViewOptions[] = [
  { meterName: '@opentelemetry/instrumentation-pg', aggregation: drop },
  { meterName: '@opentelemetry/instrumentation-undici', aggregation: drop },
  ...UNUSED_RUNTIME.map((instrumentName) => ({ instrumentName, aggregation: drop })),
];
