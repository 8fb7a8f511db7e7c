import { randomUUID } from 'node:crypto';
import { OrderCancelled } from '@repo/contracts/order';
import { createKafka } from '@repo/events';
import { serviceNames } from '@repo/stack/topology';
import { eventRecord, eventually, testLog } from '@repo/testing';
import type { Deployment } from '../deployed/deployment.ts';
import type { Fault } from '../deployed/drill.ts';
import type { Cluster } from './cluster.ts';

const EVENTS = 150_000;
const AT_ONCE = 500;
/** Slow enough that a lag lasts until the autoscaler reads it, every 15 s. */
const SLOW = { limits: { cpu: '150m' } };
/** Scaling is as in the manifests, except for the minutes for which a decision to scale down is delayed. */
const QUICKLY = {
  scaleDown: { stabilizationWindowSeconds: 15, policies: [{ type: 'Pods', value: 6, periodSeconds: 5 }] },
};

/** Customers order at one replica, until its use of processors requires a second one. */
export function orderScalesUp(cluster: Cluster): Fault {
  return {
    what: 'order scales from 1 replica to more by its processors',
    async act() {
      await cluster.kubectl(['scale', 'deployment/order', '--replicas', '1']);
      await cluster.kubectl(['apply', '--filename', 'k8s/components/autoscaling/order.yaml']);
      await patch(cluster, 'hpa/order', { spec: { minReplicas: 1, behavior: QUICKLY } });
      await replicasAre(cluster, 'order', (count) => count === 1);
      await replicasAre(cluster, 'order', (count) => count > 1);
    },
    isUnnoticed: true,
  };
}

/** After the load has ended. */
export async function orderScalesDown(cluster: Cluster): Promise<string> {
  const most = await replicasAre(cluster, 'order', (count) => count > 0);
  await replicasAre(cluster, 'order', (count) => count === 1);
  await cluster.kubectl(['delete', 'hpa', 'order']);
  await cluster.kubectl(['scale', 'deployment/order', '--replicas', '2']);
  return `from ${most} replicas to 1`;
}

/**
 * Inventory gets the events of many orders at once, more than one slow replica can process soon: it scales by its lag. This
 * comes last, since the other consumers are left behind.
 */
export async function inventoryScales(cluster: Cluster, { running }: Deployment): Promise<string> {
  // They consume the same events, and would write as much.
  const others = serviceNames.filter((name) => name !== 'order' && name !== 'inventory');
  await cluster.kubectl(['scale', ...others.map((name) => `deployment/${name}`), '--replicas', '0']);
  await limit(cluster, SLOW);
  await cluster.kubectl(['apply', '--filename', 'k8s/components/keda/inventory.yaml']);
  const behavior = { advanced: { horizontalPodAutoscalerConfig: { behavior: QUICKLY } } };
  await patch(cluster, 'scaledobject/inventory', { spec: behavior });
  try {
    await cluster.kubectl(['wait', '--for=condition=Ready', 'scaledobject/inventory', '--timeout', '60s']);
    await cancelStrangers(running.servers.kafka.brokers);
    const began = performance.now();
    const more = await replicasAre(cluster, 'inventory', (count) => count > 1);
    const seconds = ((performance.now() - began) / 1_000).toFixed(0);
    await replicasAre(cluster, 'inventory', (count) => count === 1);
    return `${EVENTS} events: from 1 replica to ${more} within ${seconds} s, and back to 1`;
  } finally {
    await cluster.kubectl(['delete', 'scaledobject', 'inventory']);
    await limit(cluster, null);
  }
}

async function limit(cluster: Cluster, resources: object | null): Promise<void> {
  const container = { name: 'service', resources: resources ?? { limits: { cpu: null } } };
  await patch(cluster, 'deployment/inventory', {
    spec: { replicas: 1, template: { spec: { containers: [container] } } },
  });
  await cluster.rolledOut('inventory');
}

function patch(cluster: Cluster, object: string, change: object): Promise<string> {
  const type = object.startsWith('deployment/') ? 'strategic' : 'merge';
  return cluster.kubectl(['patch', object, '--type', type, '--patch', JSON.stringify(change)]);
}

/** Publishes the cancellations of orders that do not exist: each costs inventory a row, and has no other effect. */
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
  isWanted: (count: number) => boolean,
): Promise<number> {
  const one = ['deployments', '--field-selector', `metadata.name=${deployment}`];
  const found = await eventually(
    async () => {
      const [count = '0'] = await cluster.read(one, '{.status.readyReplicas}');
      return isWanted(Number(count)) && count;
    },
    { timeoutMs: 240_000, everyMs: 1_000, what: `another number of replicas of ${deployment}` },
  );
  return Number(found);
}
