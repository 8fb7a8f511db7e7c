import { type Attributes, type Meter, metrics, type ObservableResult } from '@opentelemetry/api';
import project from '@repo/project' with { type: 'json' };

/** The name of a metric or an attribute of this project: `tenfold.attempts` for `attempts`. */
export const ownName = (name: string): string => `${project.name}.${name}`;

/**
 * The definition of an instrument. Names and units follow OpenTelemetry's semantic conventions
 * (https://opentelemetry.io/docs/specs/semconv/general/metrics/): the unit is not part of the name.
 */
export interface Definition<Attribute extends string = string> {
  /** The name of the conventions, if they have one; else one of ours, by `ownName`. */
  name: string;
  /** 's', 'By', '1', or the noun of what is counted: '{order}'. */
  unit: string;
  /** The question that this instrument answers. */
  description: string;
  /** The names of all attributes. Each has few values, and never an id: every combination is a series. */
  attributes?: readonly Attribute[];
}

/** An instrument as `docs/telemetry.md` lists it. */
export interface Instrument extends Definition {
  kind: 'counter' | 'histogram' | 'gauge';
  /** The upper bounds of the buckets of a histogram. */
  buckets?: readonly number[];
}

export type Values<Attribute extends string> = { [name in Attribute]?: string | number | undefined };

/** A value of a gauge or of an observed counter, with its attributes. */
export type Reading<Attribute extends string> = [value: number, attributes?: Values<Attribute>];

/** Reads a value, or several with attributes, when metrics are collected. Undefined values are left out. */
export type Read<Attribute extends string> = () => number | undefined | Reading<Attribute>[];

const defined = new Map<string, Instrument>();

/** All instruments of the modules that have been imported, by name. */
export const instruments = (): Instrument[] =>
  [...defined.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));

/** Buckets for durations in seconds: close together around the objectives, 0.3 s for a request and 5 s for an order. */
export const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 3, 5, 10];

/** Defines a counter: it only grows. Define instruments at the top of a module: each is created with its first value. */
export function counter<Attribute extends string = never>(definition: Definition<Attribute>) {
  const created = define('counter', definition, (meter, options) =>
    meter.createCounter(definition.name, options),
  );
  return { add: (value: number, values?: Values<Attribute>) => created().add(value, values as Attributes) };
}

/** Defines a histogram: how many values were in each bucket, their number and their sum. */
export function histogram<Attribute extends string = never>(
  definition: Definition<Attribute> & { buckets?: number[] },
) {
  const { name, buckets = DURATION_BUCKETS } = definition;
  const created = define('histogram', { ...definition, buckets }, (meter, options) =>
    meter.createHistogram(name, { ...options, advice: { explicitBucketBoundaries: buckets } }),
  );
  return {
    record: (value: number, values?: Values<Attribute>) => created().record(value, values as Attributes),
    /** Records the seconds since `performance.now()` was `began`: of a clock that never jumps. */
    recordSince: (began: number, values?: Values<Attribute>) =>
      created().record((performance.now() - began) / 1_000, values as Attributes),
  };
}

/** Defines a gauge: a value that is read when metrics are collected. */
export function gauge<Attribute extends string = never>(definition: Definition<Attribute>) {
  return observed(
    define('gauge', definition, (meter, options) => meter.createObservableGauge(definition.name, options)),
  );
}

/** Defines a counter whose total is kept elsewhere, and is read when metrics are collected. */
export function observedCounter<Attribute extends string = never>(definition: Definition<Attribute>) {
  return observed(
    define('counter', definition, (meter, options) =>
      meter.createObservableCounter(definition.name, options),
    ),
  );
}

/** The seconds between two times, for a histogram; 0 when the clock was set back between them, or a second one is behind. */
export function secondsBetween(from: Date, to: Date): number {
  return Math.max(0, to.getTime() - from.getTime()) / 1_000;
}

function observed<Attribute extends string>(created: () => ReturnType<Meter['createObservableGauge']>) {
  return {
    /** Reads values until the returned function is called. */
    observe(read: Read<Attribute>): () => void {
      const instrument = created();
      const callback = (result: ObservableResult) => report(read(), result);
      instrument.addCallback(callback);
      return () => instrument.removeCallback(callback);
    },
  };
}

function report(read: ReturnType<Read<string>>, result: ObservableResult): void {
  if (read === undefined) return;
  for (const [value, values] of typeof read === 'number' ? [[read] as Reading<string>] : read)
    result.observe(value, values as Attributes);
}

/**
 * Two services may define the same instrument, e.g. of stages in each of them.
 *
 * @throws Error when the definitions differ in more than the description: one query reads the series of both
 */
function define<Created>(
  kind: Instrument['kind'],
  definition: Omit<Instrument, 'kind'>,
  create: (meter: Meter, options: { unit: string; description: string }) => Created,
): () => Created {
  const { name, unit, description } = definition;
  const instrument: Instrument = { attributes: [], ...definition, kind };
  const other = defined.get(name);
  if (other && shapeOf(other) !== shapeOf(instrument))
    throw new Error(`The instrument ${name} is defined twice, and differently.`);
  defined.set(name, instrument);
  let created: Created | undefined;
  // The meter of a process without telemetry does nothing, so it must not be asked for before telemetry has started.
  return () => {
    created ??= create(metrics.getMeter(project.name), { unit, description });
    return created;
  };
}

function shapeOf({ kind, unit, attributes, buckets }: Instrument): string {
  return JSON.stringify([kind, unit, attributes, buckets]);
}
