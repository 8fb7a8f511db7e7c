import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { call, eventually } from '@tenfold/testing';
import { type Deployment, describe } from '../deployed/deployment.ts';
import { docker, openProject, type Project } from './project.ts';

const services = ['order', 'inventory', 'payment', 'notification'];
const withPids = [
  ...services,
  'payment-provider',
  'identity-provider',
  'mailbox',
  'postgres',
  'valkey',
  'kafka',
];

export interface Started {
  deployment: Deployment;
  /** By which tests and commands find it. */
  env: Record<string, string>;
  firstConfirmedSeconds: number;
}

/** A project on free ports, which can be started as a user would, and looked into. */
export async function startProject(name: string, dir: string) {
  const ports = await freePorts();
  const project = openProject(name, ports);

  async function start(): Promise<Started> {
    const began = Date.now();
    await project.run(['up', '--detach', '--pull', 'never', '--no-build']);
    const [demo = ''] = (await project.run(['ps', '--all', '--quiet', 'demo'])).split('\n');
    assert.equal(await docker(['wait', demo]), '0', 'each order of the demo ends as it should');
    const told = await docker(['logs', '--timestamps', demo]);
    const [confirmed = ''] = told.split('\n').filter((line) => line.includes('order.confirmed'));
    const firstConfirmedSeconds = (Date.parse(confirmed.split(' ')[0] ?? '') - began) / 1_000;
    const { running, env } = describe(dir, await addressesOf(project, ports));
    const gatewayUrl = `http://127.0.0.1:${ports.GATEWAY_PORT}`;
    const fetchLogs = () => writeLogs(project, join(dir, 'logs'));
    return { deployment: { running, gatewayUrl, dir, fetchLogs }, env, firstConfirmedSeconds };
  }

  return {
    project: {
      ...project,
      /** Removes the containers, not their data, and starts anew. */
      async survivesRestart({ gatewayUrl, running }: Deployment): Promise<string> {
        const count = async () =>
          (await call(`${running.external['payment-provider'].url}/v1/ledger`)).body.items.length;
        const before = await count();
        await project.run(['down', '--timeout', '20']);
        await project.run([
          'up',
          '--detach',
          '--wait',
          '--pull',
          'never',
          '--no-build',
          'gateway',
          ...services,
        ]);
        await eventually(async () => (await call(`${gatewayUrl}/v1/products/MOUSE`)).status === 200, {
          timeoutMs: 30_000,
        });
        assert.equal(await count(), before);
        return `${before} bookings of the provider, and the products`;
      },
      async endsInOrder(): Promise<string> {
        const began = Date.now();
        const ids = await Promise.all(services.map((service) => project.containersOf(service)));
        await project.run(['stop', ...services]);
        const seconds = (Date.now() - began) / 1_000;
        const statuses = await docker(['inspect', '--format', '{{.State.ExitCode}}', ...ids.flat()]);
        assert.deepEqual([...new Set(statuses.split('\n'))], ['0']);
        return `status 0, all within ${seconds.toFixed(1)} s`;
      },
    },
    start,
  };
}

async function addressesOf(project: Project, ports: Record<string, string>) {
  const local = (name: string) => `127.0.0.1:${ports[name]}`;
  const url = (name: string) => `http://${local(name)}`;
  // The credentials are in a volume: whoever may use docker may read them.
  const read = (path: string) =>
    docker([
      'run',
      '--rm',
      '--volume',
      `${project.name}_credentials:/c:ro`,
      'tenfold/tools:local',
      'cat',
      `/c/${path}`,
    ]);
  const passwords = services.map(async (service) => [
    `${service}_app`,
    await read(`${service}-database/password`),
  ]);
  const postgres = new URL(await read('postgres/url'));
  postgres.host = local('TEST_POSTGRES_PORT');
  return {
    gatewayUrl: url('GATEWAY_PORT'),
    paymentProviderUrl: url('TEST_PAYMENT_PROVIDER_PORT'),
    identityProviderUrl: url('TEST_IDENTITY_PROVIDER_PORT'),
    mailboxUrl: url('MAILBOX_PORT'),
    postgresUrl: postgres.href,
    kafkaBrokers: local('TEST_KAFKA_PORT'),
    secrets: Object.fromEntries(await Promise.all(passwords)),
    pids: await pidsOf(project),
  };
}

/** Of the processes as this machine counts them, for who measures what they use. */
async function pidsOf(project: Project): Promise<Record<string, number>> {
  const entries = withPids.map(async (name) => {
    const [container = ''] = await project.containersOf(name);
    return [name, Number(await docker(['inspect', '--format', '{{.State.Pid}}', container]))] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function writeLogs(project: Project, folder: string): Promise<void> {
  for (const service of services) {
    writeFileSync(
      join(folder, `${service}.log`),
      await project.run(['logs', '--no-color', '--no-log-prefix', service]),
    );
  }
}

async function freePorts(): Promise<Record<string, string>> {
  const names = [
    'GATEWAY',
    'MAILBOX',
    'TEST_POSTGRES',
    'TEST_KAFKA',
    'TEST_PAYMENT_PROVIDER',
    'TEST_IDENTITY_PROVIDER',
  ];
  const servers = await Promise.all(
    names.map(
      (name) =>
        new Promise<[string, string, () => void]>((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => {
            const { port } = server.address() as { port: number };
            resolve([`${name}_PORT`, String(port), () => server.close()]);
          });
        }),
    ),
  );
  // Only now, so that none is given twice.
  for (const [, , close] of servers) close();
  return Object.fromEntries(servers);
}
