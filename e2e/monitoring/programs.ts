import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { freePort } from '@repo/stack';
import { parse, stringify } from 'yaml';
import { monitoring, startProgram } from './program.ts';

export interface ProgramsOptions {
  /** An empty folder, for configurations, data and logs. */
  dir: string;
  /** The folder whose *.yml Prometheus evaluates; without one, there are no rules. */
  rulesFolder?: string;
  /** To which Alertmanager posts alerts, at once and again with every change. */
  webhookUrl?: string;
  /** Variables of the collector's configuration, such as TRACE_SAMPLE_PERCENT or TRACES_ENDPOINT. */
  collectorEnv?: Record<string, string>;
}

export type Programs = Awaited<ReturnType<typeof startPrograms>>;

/**
 * Starts the real programs of the pipeline on free ports of this machine, with the configuration that docker-compose.yml
 * gives them: collector, Prometheus with its OTLP receiver, Alertmanager. Traces and logs that the collector keeps are
 * discarded, unless `collectorEnv` names their receivers. Alertmanager notifies within a second, and rules are evaluated
 * every second unless their group says otherwise.
 *
 * @throws Failure when a program is neither installed nor there as an image, or does not become ready
 */
export async function startPrograms({ dir, rulesFolder, webhookUrl, collectorEnv = {} }: ProgramsOptions) {
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
    const prometheus = await start(startPrometheus({ dir, rulesFolder, alertmanagerUrl: alertmanager.url }));
    const collector = await start(
      startCollector(join(dir, 'collector'), {
        TRACES_ENDPOINT: nowhere.url,
        LOGS_ENDPOINT: nowhere.url,
        METRICS_ENDPOINT: `${prometheus.url}/api/v1/otlp`,
        ...collectorEnv,
      }),
    );
    const { otlpUrl, telemetryUrl } = collector;
    return { otlpUrl, telemetryUrl, prometheusUrl: prometheus.url, alertmanagerUrl: alertmanager.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

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
  const [grpc, http, health, telemetry] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
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

async function startPrometheus({
  dir,
  rulesFolder,
  alertmanagerUrl,
}: {
  dir: string;
  rulesFolder: string | undefined;
  alertmanagerUrl: string;
}) {
  const port = await freePort();
  const folder = join(dir, 'prometheus');
  mkdirSync(join(folder, 'rules'), { recursive: true });
  if (rulesFolder) cpSync(rulesFolder, join(folder, 'rules'), { recursive: true });
  const config = read('prometheus/prometheus.yml');
  config.global.evaluation_interval = '1s';
  config.alerting.alertmanagers = [{ static_configs: [{ targets: [new URL(alertmanagerUrl).host] }] }];
  // What is scraped are the other programs, by their names in docker-compose.yml.
  config.scrape_configs = [];
  writeFileSync(join(folder, 'prometheus.yml'), stringify(config));
  const url = `http://127.0.0.1:${port}`;
  return startProgram('prometheus', {
    dir: folder,
    args: [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      '--web.enable-otlp-receiver',
      '--web.enable-lifecycle',
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    environment: {},
    readyUrl: `${url}/-/ready`,
    url,
  });
}

async function startAlertmanager(dir: string, webhookUrl: string | undefined) {
  const port = await freePort();
  const folder = join(dir, 'alertmanager');
  mkdirSync(folder, { recursive: true });
  const config = read('alertmanager/alertmanager.yml');
  Object.assign(config.route, { group_wait: '0s', group_interval: '1s' });
  if (webhookUrl) {
    for (const receiver of config.receivers) {
      receiver.webhook_configs = [{ url: webhookUrl, send_resolved: true }];
    }
  }
  writeFileSync(join(folder, 'alertmanager.yml'), stringify(config));
  const url = `http://127.0.0.1:${port}`;
  return startProgram('alertmanager', {
    dir: folder,
    args: [
      `--config.file=${folder}/alertmanager.yml`,
      `--storage.path=${folder}/data`,
      '--cluster.listen-address=',
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    environment: {},
    readyUrl: `${url}/-/ready`,
    url,
  });
}

const read = (name: string) => parse(readFileSync(join(monitoring, name), 'utf8'));

/** Receives what the collector exports, and discards it. */
async function openNowhere() {
  const server = createServer((request, response) => {
    request
      .resume()
      .on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
