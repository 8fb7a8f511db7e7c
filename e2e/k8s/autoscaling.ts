import { randomUUID } from 'node:crypto';
import { OrderCancelled } from '@tenfold/contracts/order';
import { createKafka } from '@tenfold/events';
import { eventRecord, eventually, testLog } from '@tenfold/testing';
import { openAudit } from '../audit/audit.ts';
import type { Deployment } from '../deployed/deployment.ts';
import { startLoad } from '../faults/load.ts';
import { createClient } from '../workload/client.ts';
import { openShop } from '../workload/shop.ts';
import { type Cluster, root } from './cluster.ts';

const EVENTS = 30_000;
const AT_ONCE = 500;
/** Scaling is as it is written, but for the minutes for which a decision to scale down is held back. */
const QUICKLY = {
  scaleDown: { stabilizationWindowSeconds: 15, policies: [{ type: 'Pods', value: 6, periodSeconds: 5 }] },
};

/** Customers order until a second replica is there, then go; the processors that order uses decide. */
export async function scalesOrder(cluster: Cluster, deployment: Deployment): Promise<string> {
  await cluster.kubectl(['apply', '--filename', `${root}/k8s/components/autoscaling/order.yaml`]);
  const behaviour = { spec: { minReplicas: 1, behavior: QUICKLY } };
  await cluster.kubectl(['patch', 'hpa', 'order', '--type', 'merge', '--patch', JSON.stringify(behaviour)]);
  try {
    await replicasAre(cluster, 'order', (count) => count === 1, 'order to be at 1 replica without load');
    const began = performance.now();
    const most = await whileCustomersOrder(deployment, () =>
      replicasAre(cluster, 'order', (count) => count > 1, 'more replicas of order under load'),
    );
    const upSeconds = secondsSince(began);
    await replicasAre(cluster, 'order', (count) => count === 1, 'order to be at 1 replica again');
    return `1 to ${most} after ${upSeconds} s of load, and back`;
  } finally {
    await cluster.kubectl(['delete', 'hpa', 'order']);
    await cluster.kubectl(['scale', 'deployment/order', '--replicas', '2']);
  }
}

async function whileCustomersOrder<Result>(
  { running, dir, gatewayUrl }: Deployment,
  work: () => Promise<Result>,
): Promise<Result> {
  const auditor = await openAudit({ running, dir });
  const client = createClient();
  const shop = await openShop(running, client);
  const load = startLoad(
    { system: { running }, auditor, client, shop, orderUrl: gatewayUrl },
    { seed: 2, first: 0, most: 10_000 },
  );
  try {
    return await work();
  } finally {
    await load.stop();
    await auditor.close();
  }
}

/** Inventory is told of many orders at once, more than one replica works off in a moment: the lag decides. */
export async function scalesInventory(cluster: Cluster, { running }: Deployment): Promise<string> {
  await cluster.kubectl(['apply', '--filename', `${root}/k8s/components/keda/inventory.yaml`]);
  const behaviour = { spec: { advanced: { horizontalPodAutoscalerConfig: { behavior: QUICKLY } } } };
  await cluster.kubectl([
    'patch',
    'scaledobject',
    'inventory',
    '--type',
    'merge',
    '--patch',
    JSON.stringify(behaviour),
  ]);
  try {
    await cluster.kubectl(['wait', '--for=condition=Ready', 'scaledobject/inventory', '--timeout', '60s']);
    const began = performance.now();
    await cancelStrangers(running.servers.kafka.brokers);
    const most = await replicasAre(cluster, 'inventory', (count) => count > 1, 'more replicas of inventory');
    const upSeconds = secondsSince(began);
    await replicasAre(cluster, 'inventory', (count) => count === 1, 'inventory to be at 1 replica again');
    return `${EVENTS} events: 1 to ${most} after ${upSeconds} s, and back`;
  } finally {
    await cluster.kubectl(['delete', 'scaledobject', 'inventory']);
    await cluster.kubectl(['scale', 'deployment/inventory', '--replicas', '1']);
  }
}

/** Orders that nobody has placed are cancelled: each costs inventory a row, and concerns nobody. */
async function cancelStrangers(brokers: string): Promise<void> {
  const kafka = createKafka({ brokers: brokers.split(','), clientId: 'e2e-k8s', log: testLog });
  const publisher = await kafka.openPublisher();
  for (let sent = 0; sent < EVENTS; sent += AT_ONCE) {
    const records = Array.from({ length: AT_ONCE }, () =>
      eventRecord(OrderCancelled, {
        orderId: randomUUID(),
        version: 2,
        customerId: randomUUID(),
        reason: 'customer',
        lines: [{ sku: 'MOUSE', quantity: 1 }],
      }),
    );
    await publisher.publish([{ topic: 'order.events', records }]);
  }
  await publisher.close();
}

async function replicasAre(
  cluster: Cluster,
  deployment: string,
  wanted: (count: number) => boolean,
  what: string,
): Promise<number> {
  const one = ['deployments', '--field-selector', `metadata.name=${deployment}`];
  const found = await eventually(
    async () => {
      const [count = '0'] = await cluster.read(one, '{.status.readyReplicas}');
      return wanted(Number(count)) && count;
    },
    { timeoutMs: 240_000, everyMs: 1_000, what },
  );
  return Number(found);
}

const secondsSince = (began: number) => ((performance.now() - began) / 1_000).toFixed(0);
