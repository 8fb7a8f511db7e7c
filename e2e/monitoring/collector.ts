import { join } from 'node:path';
import { freePort } from '@repo/stack';
import { monitoring, startProgram } from './program.ts';

/**
 * Starts a collector with our configuration.
 *
 * @param environment variables of monitoring/collector/config.yaml
 */
export async function startCollector(
  dir: string,
  environment: Record<string, string>,
  overlays: string[] = [],
) {
  const [grpc, http, health] = [await freePort(), await freePort(), await freePort()];
  const telemetry = environment.TELEMETRY_PORT ?? (await freePort());
  const files = ['config.yaml', ...overlays].map((name) => join(monitoring, 'collector', name));
  const program = await startProgram('otelcol-contrib', {
    dir,
    args: files.flatMap((file) => ['--config', file]),
    environment: {
      OTLP_GRPC_ENDPOINT: `127.0.0.1:${grpc}`,
      OTLP_HTTP_ENDPOINT: `127.0.0.1:${http}`,
      HEALTH_ENDPOINT: `127.0.0.1:${health}`,
      TELEMETRY_HOST: '127.0.0.1',
      TELEMETRY_PORT: String(telemetry),
      ...environment,
    },
    readyUrl: `http://127.0.0.1:${health}/`,
  });
  return {
    ...program,
    otlpUrl: `http://127.0.0.1:${http}`,
    /** Its own metrics, in Prometheus's text format. */
    telemetryUrl: `http://127.0.0.1:${telemetry}/metrics`,
  };
}
