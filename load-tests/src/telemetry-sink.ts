import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A receiver that discards everything, as a collector on another machine would: it costs next to nothing here. */
const SINK = `
  const { createServer } = require('node:http');
  const server = createServer((request, response) => request.resume().on('end', () => response.end()));
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
  process.on('disconnect', () => process.exit());
`;

/**
 * Starts the receiver of spans, metrics and log lines, in a process of its own; it ends with the returned `stop`, or with
 * this process.
 */
export async function startTelemetrySink(): Promise<{ env: NodeJS.ProcessEnv; stop(): void }> {
  const child: ChildProcess = spawn(process.execPath, ['-e', SINK], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [port] = await once(child, 'message');
  return {
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    },
    stop: () => child.kill(),
  };
}

/** No span is recorded, and nothing is exported. */
export const WITHOUT_TELEMETRY: NodeJS.ProcessEnv = {
  OTEL_TRACES_SAMPLER: 'always_off',
  OTEL_TRACES_EXPORTER: 'none',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
};
