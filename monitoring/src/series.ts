import type { Instrument } from '@repo/observability';

/** Words for units; any other unit adds nothing to a name. */
const UNITS: Record<string, string> = { s: 'seconds', By: 'bytes' };

/** Labels that every series has: the service, and its process. */
const RESOURCE = ['job', 'instance'];

/**
 * The series that Prometheus keeps of an instrument, each with its labels. The names are those that its OTLP receiver makes:
 * underscores for all but letters and digits, then the unit, then the kind.
 * https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
 */
export function seriesOf({
  name,
  kind,
  unit,
  attributes = [],
}: Omit<Instrument, 'description'>): [name: string, labels: string[]][] {
  const ratio = unit === '1' && kind === 'gauge' ? 'ratio' : undefined;
  const base = [inPrometheus(name), UNITS[unit] ?? ratio].filter(Boolean).join('_');
  const labels = [...RESOURCE, ...attributes.map(inPrometheus)];
  if (kind === 'counter') return [[`${base}_total`, labels]];
  if (kind === 'gauge') return [[base, labels]];
  return [
    [`${base}_bucket`, [...labels, 'le']],
    [`${base}_sum`, labels],
    [`${base}_count`, labels],
  ];
}

const inPrometheus = (name: string) => name.replaceAll(/[^A-Za-z0-9]/g, '_');
