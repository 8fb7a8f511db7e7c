import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Deployment, describe } from '../deployed/deployment.ts';
import { type Cluster, services } from './cluster.ts';

export const MANIFESTS = 'e2e/k8s/manifests';

export interface Started {
  deployment: Deployment;
  env: Record<string, string>;
  firstConfirmedSeconds: number;
}

/** Applies the local overlay, waits until the demo has told its story, and finds out where everything is. */
export async function start(cluster: Cluster, dir: string): Promise<Started> {
  const began = Date.now();
  await cluster.kubectl(['apply', '--kustomize', MANIFESTS]);
  await cluster.kubectl(['wait', '--for=condition=Complete', 'job/demo', '--timeout', '600s']);
  const story = await cluster.kubectl(['logs', '--timestamps', 'job/demo', '--container', 'demo']);
  const confirmed = story.split('\n').find((line) => line.includes('order.confirmed'));
  const firstConfirmedSeconds = (Date.parse(confirmed?.split(' ')[0] ?? '') - began) / 1_000;
  const { running, env } = describe(dir, await addressesOf(cluster));
  const gatewayUrl = new URL(running.services.order.url).origin;
  const fetchLogs = () => writeLogs(cluster, join(dir, 'logs'));
  return { deployment: { running, gatewayUrl, dir, fetchLogs }, env, firstConfirmedSeconds };
}

/** By the ports of the node (manifests/outside.yaml). */
async function addressesOf(cluster: Cluster) {
  const node = await cluster.nodeAddress();
  const postgres = new URL(await cluster.secret('postgres', 'url'));
  postgres.host = `${node}:30432`;
  const passwords = services.map(async (service) => {
    const { password } = new URL(await cluster.secret(`${service}-database`, 'url'));
    return [`${service}_app`, decodeURIComponent(password)] as const;
  });
  return {
    gatewayUrl: `http://${node}:30080`,
    paymentProviderUrl: `http://${node}:30101`,
    identityProviderUrl: `http://${node}:30102`,
    mailboxUrl: `http://${node}:30103`,
    postgresUrl: postgres.href,
    kafkaBrokers: `${node}:30094`,
    secrets: Object.fromEntries(await Promise.all(passwords)),
  };
}

/** Of the pods that are there: what those have said that were killed is gone with them. */
async function writeLogs(cluster: Cluster, folder: string): Promise<void> {
  for (const service of services) {
    const of = [
      'logs',
      '--selector',
      `app.kubernetes.io/name=${service}`,
      '--tail',
      '-1',
      '--max-log-requests',
      '20',
    ];
    writeFileSync(join(folder, `${service}.log`), await cluster.kubectl(of));
  }
}
