import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@repo/stack';
import { startAlertmanager } from './alertmanager.ts';
import { startCollector } from './collector.ts';
import { openNowhere } from './nowhere.ts';
import { startPrometheus } from './prometheus.ts';

export interface ProgramsOptions {
  /** An empty folder, for configurations, data and logs. */
  dir: string;
  /** The folder whose *.yml Prometheus evaluates; without one, there are no rules. */
  rulesFolder?: string;
  /** To which Alertmanager posts alerts, at once and again with every change. */
  webhookUrl?: string;
  /** Variables of the collector's configuration, such as TRACE_SAMPLE_PERCENT or TRACES_ENDPOINT. */
  collectorEnv?: Record<string, string>;
  /** Opens a proxy before the collector's own metrics, and returns its port. */
  openProxy?: (name: string, port: number) => Promise<number>;
}

/**
 * Starts the real programs of the pipeline on free ports of this machine, with the configuration that docker-compose.yml
 * gives them: collector, Prometheus with its OTLP receiver, Alertmanager. Traces and logs that the collector keeps are
 * discarded, unless `collectorEnv` names their receivers. Alertmanager notifies within a second, and rules are evaluated
 * every second unless their group has another interval.
 *
 * @throws Failure when a program is neither installed nor there as an image, or does not become ready
 */
export async function startPrograms({
  dir,
  rulesFolder,
  webhookUrl,
  collectorEnv = {},
  openProxy = async (_name, port) => port,
}: ProgramsOptions) {
  mkdirSync(dir, { recursive: true });
  const started: { stop(): unknown }[] = [];
  const stop = async () => {
    for (const one of started.splice(0).reverse()) await one.stop();
  };
  const start = async <Started extends { stop(): unknown }>(starting: Promise<Started>) => {
    const one = await starting;
    started.push(one);
    return one;
  };
  try {
    const nowhere = await start(openNowhere());
    const alertmanager = await start(startAlertmanager(dir, webhookUrl));
    const telemetryPort = await freePort();
    const prometheus = await start(
      startPrometheus({
        ...{ dir, rulesFolder, alertmanagerUrl: alertmanager.url },
        collectorHost: `127.0.0.1:${await openProxy('collector telemetry', telemetryPort)}`,
      }),
    );
    const collector = await start(
      startCollector(join(dir, 'collector'), {
        TRACES_ENDPOINT: nowhere.url,
        LOGS_ENDPOINT: nowhere.url,
        TELEMETRY_PORT: String(telemetryPort),
        METRICS_ENDPOINT: `${prometheus.url}/api/v1/otlp`,
        ...collectorEnv,
      }),
    );
    const { otlpUrl, telemetryUrl } = collector;
    const urls = { otlpUrl, telemetryUrl, prometheusUrl: prometheus.url, alertmanagerUrl: alertmanager.url };
    return { ...urls, nowhere, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
