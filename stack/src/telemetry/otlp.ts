import { isObject } from '../text/printable.ts';

type Value = Record<string, unknown> | null | undefined;

/** The parts of OTLP/HTTP in JSON that all signals share (https://opentelemetry.io/docs/specs/otlp/#otlphttp). */
export type Attribute = { key: string; value?: Value };
export type Resource = { attributes?: Attribute[] | undefined };

/** Attributes by their names; a value of any type as it was sent. */
export function readAttributes(attributes: Attribute[] = []): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value ?? {})[0]]));
}

/** The name of the service that exports. */
export function serviceOf(resource: Resource | undefined): string {
  return String(readAttributes(resource?.attributes)['service.name'] ?? 'unknown');
}

/** Throws an Error for a body that is no export of logs. */
export function checkLogs(body: unknown): void {
  if (!isObject(body) || !Array.isArray(body.resourceLogs ?? []))
    throw new Error('The body is no export of logs in OTLP/JSON.');
}
