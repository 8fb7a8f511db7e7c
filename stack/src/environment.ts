import type { Control } from './running.ts';

/** What our processes inherit. Traces come to us, unless the user names another place for them. */
export function inherited(env: NodeJS.ProcessEnv, door: Control, systemId: string): NodeJS.ProcessEnv {
  const { POSTGRES_URL: _adminOnly, ...rest } = env;
  const toUs = {
    OTEL_EXPORTER_OTLP_ENDPOINT: door.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${door.secret}`,
  };
  return {
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_BSP_SCHEDULE_DELAY: '500',
    ...(env.REDIS_URL ? { REDIS_NAMESPACE: `tenfold.${systemId}:` } : {}),
    ...rest,
    ...(env.OTEL_EXPORTER_OTLP_ENDPOINT ? {} : toUs),
  };
}
