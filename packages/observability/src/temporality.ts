import { AggregationTemporality, InstrumentType } from '@opentelemetry/sdk-metrics';

/**
 * Totals since the start of the process, as Prometheus keeps them; but gauges only as they were read for this collection.
 * Otherwise the SDK would repeat the last value of a gauge that cannot be read any more. (A gauge has no temporality in
 * OTLP, so no receiver sees the difference.)
 */
export function temporalityOf(type: InstrumentType): AggregationTemporality {
  return type === InstrumentType.OBSERVABLE_GAUGE
    ? AggregationTemporality.DELTA
    : AggregationTemporality.CUMULATIVE;
}
