import { serviceNames } from '@repo/stack/topology';
import { eventually } from '@repo/testing';
import type { Fault } from '../deployed/drill.ts';
import { orderReplicas } from '../deployed/gateway.ts';
import { hold } from '../faults/rig/hold.ts';
import { docker, type Project } from './project.ts';

const servers = ['postgres', 'kafka', 'valkey'];
const DOWN_MS = 5_000;

/** The faults of the containers while customers order. */
export function composeFaults(project: Project, gatewayUrl: string): Fault[] {
  return [
    {
      what: 'two replicas of each service',
      act: async () => {
        for (const service of serviceNames) await project.scale(service, 2);
      },
      isUnnoticed: true,
    },
    ...serviceNames.map((service) => killOneOfTwo(project, service)),
    ...servers.map((server) => stopAndStart(project, server)),
    {
      what: 'one replica of each service again',
      act: async () => {
        for (const service of serviceNames) await project.scale(service, 1);
      },
      isUnnoticed: true,
    },
    {
      what: 'order from 1 replica to 3, and all of them answer',
      act: async () => {
        await project.scale('order', 3);
        await replicasAnswer(gatewayUrl, 3);
      },
      isUnnoticed: true,
    },
    {
      what: 'order from 3 replicas to 1',
      act: async () => {
        await project.scale('order', 1);
        await replicasAnswer(gatewayUrl, 1);
      },
      isUnnoticed: true,
    },
    {
      what: 'the gateway is restarted',
      act: async () => void (await project.run(['restart', 'gateway'])),
    },
  ];
}

/** Kills one container with kill -9, and starts it again as an orchestrator would. */
function killOneOfTwo(project: Project, service: string): Fault {
  return {
    what: `one of two replicas of ${service} is killed`,
    async act() {
      const [victim] = await project.containersOf(service);
      await docker(['kill', '--signal', 'KILL', victim as string]);
      await hold(DOWN_MS);
      await docker(['start', victim as string]);
      await isHealthy(victim as string);
    },
  };
}

function stopAndStart(project: Project, server: string): Fault {
  return {
    what: `${server} is stopped and started`,
    async act() {
      await project.run(['stop', server]);
      await hold(DOWN_MS);
      await project.run(['start', server]);
      const [container] = await project.containersOf(server);
      await isHealthy(container as string);
    },
  };
}

async function isHealthy(container: string): Promise<void> {
  const health = ['inspect', '--format', '{{.State.Health.Status}}', container];
  await eventually(async () => (await docker(health)) === 'healthy', {
    timeoutMs: 60_000,
    everyMs: 250,
    what: `${container} to be healthy`,
  });
}

async function replicasAnswer(gatewayUrl: string, count: number): Promise<void> {
  await eventually(async () => (await orderReplicas(gatewayUrl)).size === count, {
    timeoutMs: 60_000,
    everyMs: 250,
    what: `${count} replicas of order to answer`,
  });
}
