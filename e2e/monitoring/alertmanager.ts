import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@repo/stack';
import { stringify } from 'yaml';
import { readConfiguration, startProgram } from './program.ts';

/**
 * Starts Alertmanager with our configuration. It notifies at once, and again within a second after each change, also of
 * alerts of which nobody is told in production: each must be seen.
 */
export async function startAlertmanager(dir: string, webhookUrl: string | undefined) {
  const port = await freePort();
  const folder = join(dir, 'alertmanager');
  mkdirSync(folder, { recursive: true });
  const config = readConfiguration('alertmanager/alertmanager.yml');
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
