import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '@repo/stack';
import { serviceNames, standInNames } from '@repo/stack/topology';
import { eventually } from '@repo/testing';
import { type Deployment, describe, mapNames } from '../deployed/deployment.ts';
import type { Cluster } from './cluster.ts';
import { explainPods } from './explain.ts';

export const MANIFESTS = 'e2e/k8s/manifests';

export interface Started {
  deployment: Deployment;
  env: Record<string, string>;
  firstConfirmedSeconds: number;
}

/** Applies the local overlay, waits until the demo is over, and reads the addresses. */
export async function start(cluster: Cluster, dir: string): Promise<Started> {
  const began = Date.now();
  await cluster.kubectl(['apply', '--kustomize', MANIFESTS]);
  await demoEnds(cluster);
  const story = await cluster.kubectl(['logs', '--timestamps', 'job/demo', '--container', 'demo']);
  const confirmed = story.split('\n').find((line) => line.includes('order.confirmed'));
  const firstConfirmedSeconds = (Date.parse(confirmed?.split(' ')[0] ?? '') - began) / 1_000;
  const { running, env } = describe(dir, await addressesOf(cluster));
  const gatewayUrl = new URL(running.services.order.url).origin;
  const fetchLogs = () => writeLogs(cluster, join(dir, 'logs'));
  return { deployment: { running, gatewayUrl, dir, fetchLogs }, env, firstConfirmedSeconds };
}

const PATIENCE_MS = 600_000;

/** Throws a Failure with the reason when the demo does not succeed; at once where waiting does not help. */
async function demoEnds(cluster: Cluster): Promise<void> {
  const isOver = async () => {
    const [succeeded] = await cluster.read(
      ['jobs', '--field-selector', 'metadata.name=demo'],
      '{.status.succeeded}',
    );
    if (succeeded === '1') return 'succeeded';
    return (await explainPods(cluster)).find((reason) => reason.includes('cannot be pulled'));
  };
  const waiting = { timeoutMs: PATIENCE_MS, everyMs: 1_000, what: 'the demo to end' };
  const outcome = await eventually(isOver, waiting).catch(async ({ message }: Error) => {
    return [message, ...(await explainPods(cluster))].join('\n');
  });
  if (outcome !== 'succeeded') throw new Failure(outcome);
}

/** The ports of the node (manifests/outside.yaml). */
const NODE_PORTS = { 'payment-provider': 30101, 'identity-provider': 30102, mailbox: 30103 };

async function addressesOf(cluster: Cluster) {
  const node = await cluster.nodeAddress();
  const postgres = new URL(await cluster.secret('postgres', 'url'));
  postgres.host = `${node}:30432`;
  const passwords = serviceNames.map(async (service) => {
    const { password } = new URL(await cluster.secret(`${service}-database`, 'url'));
    return [`${service}_app`, decodeURIComponent(password)] as const;
  });
  return {
    gatewayUrl: `http://${node}:30080`,
    standInUrls: mapNames(standInNames, (name) => `http://${node}:${NODE_PORTS[name]}`),
    postgresUrl: postgres.href,
    kafkaBrokers: `${node}:30094`,
    secrets: Object.fromEntries(await Promise.all(passwords)),
  };
}

/** The logs of the present pods: those of killed pods are gone with them. */
async function writeLogs(cluster: Cluster, folder: string): Promise<void> {
  for (const service of serviceNames) {
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
