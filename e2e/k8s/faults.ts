import { serviceNames } from '@repo/stack/topology';
import { eventually } from '@repo/testing';
import type { Fault } from '../deployed/drill.ts';
import type { Cluster } from './cluster.ts';

/** The signal that ends each server. Its first process accepts no other signal from within its container. */
const servers = [
  ['postgres', 'INT'],
  ['kafka', 'TERM'],
  ['valkey', 'TERM'],
] as const;

/** The faults of the pods while customers order. */
export function clusterFaults(cluster: Cluster): Fault[] {
  return [
    ...serviceNames.map((service) => rollOut(cluster, service)),
    ...serviceNames.map((service) => killPod(cluster, service)),
    ...servers.map(([server, signal]) => endContainer(cluster, server, signal)),
    drainIsHeldUp(cluster),
  ];
}

function rollOut(cluster: Cluster, service: string): Fault {
  return {
    what: `rolling update of ${service}`,
    async act() {
      await cluster.kubectl(['rollout', 'restart', `deployment/${service}`]);
      await cluster.rolledOut(service);
      await oldPodsAreGone(cluster, service);
    },
    isUnnoticed: true,
  };
}

/** A roll-out is reported as done while the last old pod still shuts down. */
async function oldPodsAreGone(cluster: Cluster, service: string): Promise<void> {
  const [wanted] = await cluster.read(
    ['deployments', '--field-selector', `metadata.name=${service}`],
    '{.spec.replicas}',
  );
  await eventually(async () => (await cluster.podsOf(service)).length === Number(wanted), {
    timeoutMs: 60_000,
    everyMs: 250,
    what: `the old pods of ${service} to be gone`,
  });
}

function killPod(cluster: Cluster, service: string): Fault {
  return {
    what: `a pod of ${service} is killed`,
    async act() {
      const [victim = ''] = await cluster.podsOf(service);
      await cluster.kubectl(['delete', 'pod', victim, '--grace-period', '0', '--force']);
      await cluster.rolledOut(service);
    },
  };
}

function endContainer(cluster: Cluster, server: string, signal: string): Fault {
  return {
    what: `the container of ${server} ends and is started again`,
    async act() {
      const restarts = async () =>
        (await cluster.read(podNamed(`${server}-0`), '{.status.containerStatuses[0].restartCount}'))[0];
      const before = Number(await restarts());
      // The end of the container breaks the connection of this command.
      await cluster.kubectl(['exec', `${server}-0`, '--', 'bash', '-c', `kill -${signal} 1`]).catch(() => {});
      await eventually(async () => Number(await restarts()) > before, {
        timeoutMs: 60_000,
        everyMs: 250,
        what: `${server} to be started again`,
      });
      await cluster.kubectl(['wait', '--for=condition=Ready', `pod/${server}-0`, '--timeout', '120s']);
    },
  };
}

const podNamed = (name: string) => ['pods', '--field-selector', `metadata.name=${name}`];

/** With one node, an evicted pod finds no other node: the disruption budget lets one of two pods go, and keeps the other. */
function drainIsHeldUp(cluster: Cluster): Fault {
  return {
    what: 'a drain takes one of two pods of order, and the disruption budget keeps the other',
    async act() {
      const [node = ''] = await cluster.read(['nodes'], '{.metadata.name}');
      const drain = [
        'drain',
        node,
        '--pod-selector',
        'app.kubernetes.io/name=order',
        '--delete-emptydir-data',
      ];
      try {
        const outcome = await cluster.kubectl([...drain, '--timeout', '20s']).then(
          () => 'every pod was evicted',
          (error: Error) => error.message,
        );
        if (!/timed? ?out|timeout|disruption budget/i.test(outcome)) throw new Error(outcome);
        const ready = await cluster.read(
          ['pods', '--selector', 'app.kubernetes.io/name=order'],
          '{.status.conditions[?(@.type=="Ready")].status}',
        );
        if (!ready.includes('True')) throw new Error('No pod of order was left.');
      } finally {
        await cluster.kubectl(['uncordon', node]);
        await cluster.rolledOut('order');
      }
    },
    isUnnoticed: true,
  };
}
