import { type Attributes, metrics } from '@opentelemetry/api';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';

class ManualReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

/**
 * Reads what the instruments of this process measure. Call it before the modules are imported that define them: a gauge
 * that is observed earlier belongs to no reader.
 */
export function startMetricReader() {
  const reader = new ManualReader();
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));

  /** The values of an instrument with their attributes; of a histogram the number of its values. */
  return async function read(name: string): Promise<{ value: number; attributes: Attributes }[]> {
    const { resourceMetrics } = await reader.collect();
    const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    const points = all.find(({ descriptor }) => descriptor.name === name)?.dataPoints ?? [];
    return points.map(({ value, attributes }) => ({
      value: typeof value === 'number' ? value : value.count,
      attributes,
    }));
  };
}
