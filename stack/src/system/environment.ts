import type { Control } from '../control/running.ts';
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

/** Adds the variables of tracing. Traces go to the collector of the stack, unless the user names another one. */
export function traced(env: NodeJS.ProcessEnv, collector: Control): NodeJS.ProcessEnv {
  const toUs = {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${collector.secret}`,
  };
  const goElsewhere = env.OTEL_EXPORTER_OTLP_ENDPOINT || env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  return {
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_BSP_SCHEDULE_DELAY: '500',
    ...env,
    ...(goElsewhere ? {} : toUs),
  };
}
