import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@repo/stack';
import { stringify } from 'yaml';
import { readConfiguration, startProgram } from './program.ts';

/** Starts Prometheus with our configuration. It evaluates rules every second, unless their group has another interval. */
export async function startPrometheus({
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
  const config = readConfiguration('prometheus/prometheus.yml');
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
