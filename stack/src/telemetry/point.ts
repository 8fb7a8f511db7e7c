import { z } from 'zod';
import { type Resource, readAttributes } from './otlp.ts';

/** A data point of one series, as it was exported. */
export type Point = {
  name: string;
  kind: 'gauge' | 'counter' | 'histogram';
  /** With those of the resource that name the service and its process. */
  attributes: Record<string, string>;
  /** The upper bounds of the buckets of a histogram; the last bucket has none. */
  bounds: number[];
  /** A gauge or a counter has one value; a histogram has its sum, then the count of each bucket. */
  values: number[];
  /** Whether the values count since the point before, and not since `startedAt`. */
  isDelta: boolean;
  /** When the counting began, and when the values were read: milliseconds by the clock of the process. */
  startedAt: number;
  at: number;
};

/** The attributes that tell a service, and one of its processes. */
export const SERVICE = 'service.name';
export const PROCESS = 'service.instance.id';

// In JSON, 64-bit integers and numbers such as NaN are texts (https://protobuf.dev/programming-guides/json/).
const Numeric = z.union([z.number(), z.string().min(1)]).transform(Number);
const Attributes = z
  .array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()).nullish() }))
  .default([]);
const Times = {
  attributes: Attributes,
  startTimeUnixNano: Numeric.default(0),
  timeUnixNano: Numeric.default(0),
};
const NumberPoint = z.object({ ...Times, asInt: Numeric.optional(), asDouble: Numeric.optional() });
const HistogramPoint = z
  .object({
    ...Times,
    sum: Numeric.default(0),
    count: Numeric.default(0),
    bucketCounts: z.array(Numeric).default([]),
    explicitBounds: z.array(Numeric).default([]),
  })
  .refine(
    ({ bucketCounts: { length }, explicitBounds }) => length === 0 || length === explicitBounds.length + 1,
    {
      message: 'A histogram has one bucket more than bounds.',
    },
  );
const Metric = z.object({
  name: z.string(),
  gauge: z.object({ dataPoints: z.array(NumberPoint).default([]) }).optional(),
  sum: z
    .object({
      dataPoints: z.array(NumberPoint).default([]),
      aggregationTemporality: z.number().default(2),
      isMonotonic: z.boolean().default(false),
    })
    .optional(),
  histogram: z
    .object({
      dataPoints: z.array(HistogramPoint).default([]),
      aggregationTemporality: z.number().default(2),
    })
    .optional(),
});
const Export = z.object({
  resourceMetrics: z
    .array(
      z.object({
        resource: z.object({ attributes: Attributes }).optional(),
        scopeMetrics: z.array(z.object({ metrics: z.array(Metric).default([]) })).default([]),
      }),
    )
    .default([]),
});

const DELTA = 1;

/**
 * Reads an export of metrics in OTLP/JSON: gauges, sums and histograms with explicit buckets. A sum that may fall counts as
 * a gauge. Points without a finite number, and the other kinds of metrics, are left out.
 *
 * @throws ZodError for a malformed one, as a whole
 */
export function readPoints(body: unknown): Point[] {
  const { resourceMetrics } = Export.parse(body);
  return resourceMetrics.flatMap(({ resource, scopeMetrics }) => {
    const origin = originOf(resource);
    const points = scopeMetrics.flatMap(({ metrics }) =>
      metrics.flatMap((metric) => pointsOf(metric, origin)),
    );
    return points.filter(({ values }) => values.every(Number.isFinite));
  });
}

function originOf(resource: Resource | undefined): Record<string, string> {
  const attributes = readAttributes(resource?.attributes);
  const service = String(attributes[SERVICE] ?? 'unknown');
  return { [SERVICE]: service, [PROCESS]: String(attributes[PROCESS] ?? service) };
}

function pointsOf(
  { name, gauge, sum, histogram }: z.infer<typeof Metric>,
  origin: Record<string, string>,
): Point[] {
  const commonOf = (point: z.infer<typeof NumberPoint> | z.infer<typeof HistogramPoint>) => ({
    name,
    attributes: { ...textsOf(readAttributes(point.attributes)), ...origin },
    startedAt: point.startTimeUnixNano / 1e6,
    at: point.timeUnixNano / 1e6,
  });
  const numbers = [...(gauge?.dataPoints ?? []), ...(sum?.dataPoints ?? [])].map((point) => ({
    ...commonOf(point),
    kind: sum?.isMonotonic ? ('counter' as const) : ('gauge' as const),
    bounds: [],
    values: [point.asInt ?? point.asDouble ?? Number.NaN],
    isDelta: sum?.aggregationTemporality === DELTA,
  }));
  const histograms = (histogram?.dataPoints ?? []).map((point) => ({
    ...commonOf(point),
    kind: 'histogram' as const,
    bounds: point.explicitBounds,
    values: [point.sum, ...(point.bucketCounts.length > 0 ? point.bucketCounts : [point.count])],
    isDelta: histogram?.aggregationTemporality === DELTA,
  }));
  return [...numbers, ...histograms];
}

function textsOf(attributes: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, String(value)]));
}
