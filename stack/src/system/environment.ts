import type { Control, SentElsewhere } from '../control/running.ts';
import { project } from '../project.ts';

/**
 * The environment that every process inherits from the user, without the addresses of servers, which may contain
 * passwords: a process gets only the addresses that it needs.
 */
export function inherited(env: NodeJS.ProcessEnv, systemId: string): NodeJS.ProcessEnv {
  const { POSTGRES_URL: _postgres, REDIS_URL, ...rest } = env;
  // A Redis that the user names may serve other systems too.
  return REDIS_URL ? { REDIS_NAMESPACE: `${project.name}.${systemId}:`, ...rest } : rest;
}

const endpoints = ['', 'TRACES_', 'METRICS_', 'LOGS_'].map(
  (signal) => `OTEL_EXPORTER_OTLP_${signal}ENDPOINT`,
);

/** The variable by which the user names a collector. */
const namedEndpoint = (env: NodeJS.ProcessEnv) => endpoints.find((variable) => env[variable]);

/**
 * Adds the variables of telemetry for one process of a service. It goes to the collector of the stack, unless the user
 * names another one: then everything goes where the user wants it.
 *
 * @param name the name of the process: `order`, or `order-2` for another replica
 */
export function observed(env: NodeJS.ProcessEnv, collector: Control, name: string): NodeJS.ProcessEnv {
  const usual = { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_BSP_SCHEDULE_DELAY: '500' };
  const resource = { OTEL_RESOURCE_ATTRIBUTES: withInstance(env.OTEL_RESOURCE_ATTRIBUTES, name) };
  if (namedEndpoint(env)) return { ...usual, ...env, ...resource };
  return {
    ...usual,
    OTEL_METRICS_EXPORTER: 'otlp',
    // Each second, as npm run top shows it.
    OTEL_METRIC_EXPORT_INTERVAL: '1000',
    // The stack has the same lines in files.
    OTEL_LOGS_EXPORTER: 'none',
    ...env,
    ...resource,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${collector.secret}`,
  };
}

/** (https://opentelemetry.io/docs/specs/semconv/resource/#service-instance) */
function withInstance(given: string | undefined, name: string): string {
  if (given?.includes('service.instance.id=')) return given;
  return [`service.instance.id=${name}`, given].filter(Boolean).join(',');
}

/** The settings of the user that send traces and metrics elsewhere, or nowhere. */
export function sentElsewhere(env: NodeJS.ProcessEnv): SentElsewhere {
  const settingFor = (exporter: string) => {
    if (env.OTEL_SDK_DISABLED === 'true') return 'OTEL_SDK_DISABLED=true';
    if (env[exporter] && env[exporter] !== 'otlp') return `${exporter}=${env[exporter]}`;
    return namedEndpoint(env) ?? null;
  };
  return { traces: settingFor('OTEL_TRACES_EXPORTER'), metrics: settingFor('OTEL_METRICS_EXPORTER') };
}
