import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serviceNames, standInNames } from '@repo/stack/topology';
import { type Deployment, describe, mapNames } from '../deployed/deployment.ts';
import { docker, type Project } from './project.ts';

const withPids = [...serviceNames, ...standInNames, 'postgres', 'valkey', 'kafka'];

/** The stand-ins whose ports docker-compose.yml publishes itself; the others are published for these tests alone. */
const PUBLISHED = new Set<string>(['mailbox']);

export interface Started {
  deployment: Deployment;
  /** The variables by which tests and commands find it. */
  env: Record<string, string>;
  firstConfirmedSeconds: number;
}

/** Starts a project as a user would, waits until the demo is over, and reads the addresses. */
export async function start(project: Project, dir: string): Promise<Started> {
  const began = Date.now();
  await project.run(['up', '--detach', '--pull', 'never', '--no-build']);
  const [demo = ''] = (await project.run(['ps', '--all', '--quiet', 'demo'])).split('\n');
  assert.equal(await docker(['wait', demo]), '0', 'each order of the demo ends as it should');
  const story = await docker(['logs', '--timestamps', demo]);
  const confirmed = story.split('\n').find((line) => line.includes('order.confirmed'));
  const firstConfirmedSeconds = (Date.parse(confirmed?.split(' ')[0] ?? '') - began) / 1_000;
  const { running, env } = describe(dir, await addressesOf(project));
  const fetchLogs = () => writeLogs(project, join(dir, 'logs'));
  const gatewayUrl = `http://127.0.0.1:${project.ports.GATEWAY_PORT}`;
  return { deployment: { running, gatewayUrl, dir, fetchLogs }, env, firstConfirmedSeconds };
}

async function addressesOf(project: Project) {
  const local = (name: string) => `127.0.0.1:${project.ports[name]}`;
  const url = (name: string) => `http://${local(name)}`;
  // The credentials are in a volume: every user of docker can read them.
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
  const passwords = serviceNames.map(async (service) => [
    `${service}_app`,
    await read(`${service}-database/password`),
  ]);
  const postgres = new URL(await read('postgres/url'));
  postgres.host = local('TEST_POSTGRES_PORT');
  return {
    gatewayUrl: url('GATEWAY_PORT'),
    standInUrls: mapNames(standInNames, (name) => {
      const variable = `${name.toUpperCase().replaceAll('-', '_')}_PORT`;
      return url(PUBLISHED.has(name) ? variable : `TEST_${variable}`);
    }),
    postgresUrl: postgres.href,
    kafkaBrokers: local('TEST_KAFKA_PORT'),
    secrets: Object.fromEntries(await Promise.all(passwords)),
    pids: await pidsOf(project),
  };
}

/** The pids of the processes on this machine, to measure their use of it. */
async function pidsOf(project: Project): Promise<Record<string, number>> {
  const entries = withPids.map(async (name) => {
    const [container = ''] = await project.containersOf(name);
    return [name, Number(await docker(['inspect', '--format', '{{.State.Pid}}', container]))] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function writeLogs(project: Project, folder: string): Promise<void> {
  for (const service of serviceNames) {
    writeFileSync(join(folder, `${service}.log`), await project.logs(service));
  }
}
