import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@repo/stack';
import { stringify } from 'yaml';
import { readConfiguration, startProgram } from './program.ts';

/**
 * Starts Prometheus with our configuration. It scrapes and evaluates rules every second, unless their group has another
 * interval.
 *
 * @param collectorHost where the collector has its own metrics: `127.0.0.1:8888`
 */
export async function startPrometheus({
  dir,
  rulesFolder,
  alertmanagerUrl,
  collectorHost,
}: {
  dir: string;
  rulesFolder: string | undefined;
  alertmanagerUrl: string;
  collectorHost: string;
}) {
  const port = await freePort();
  const folder = join(dir, 'prometheus');
  mkdirSync(join(folder, 'rules'), { recursive: true });
  if (rulesFolder) cpSync(rulesFolder, join(folder, 'rules'), { recursive: true });
  const config = readConfiguration('prometheus/prometheus.yml');
  Object.assign(config.global, { scrape_interval: '1s', evaluation_interval: '1s' });
  // The programs have their names in docker-compose.yml there, and addresses of this machine here.
  const alertmanager = new URL(alertmanagerUrl).host;
  const hosts: Record<string, string> = {
    alertmanager,
    collector: collectorHost,
    prometheus: `127.0.0.1:${port}`,
  };
  config.alerting.alertmanagers = [{ static_configs: [{ targets: [alertmanager] }] }];
  for (const scraped of config.scrape_configs)
    scraped.static_configs = [{ targets: [hosts[scraped.job_name]] }];
  writeFileSync(join(folder, 'prometheus.yml'), stringify(config));
  const url = `http://127.0.0.1:${port}`;
  return startProgram('prometheus', {
    dir: folder,
    args: [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      '--web.enable-otlp-receiver',
      '--enable-feature=created-timestamp-zero-ingestion',
      '--rules.alert.resend-delay=1s',
      '--web.enable-lifecycle',
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    environment: {},
    readyUrl: `${url}/-/ready`,
    url,
  });
}
