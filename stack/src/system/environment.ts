import type { Control } from '../control/running.ts';
import { project } from '../project.ts';

/**
 * What all our processes inherit from the user. Not the addresses of servers, which may hold passwords: whoever uses a
 * server is told where it is.
 */
export function inherited(env: NodeJS.ProcessEnv, systemId: string): NodeJS.ProcessEnv {
  const { POSTGRES_URL: _postgres, REDIS_URL, ...rest } = env;
  // A Redis that we have not started may serve other systems too.
  return REDIS_URL ? { REDIS_NAMESPACE: `${project.name}.${systemId}:`, ...rest } : rest;
}

/** An environment for processes that are traced. Traces go to our collector, unless the user names another place. */
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
