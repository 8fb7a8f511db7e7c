import assert from 'node:assert/strict';
import { serviceNames, standInNames } from '@repo/stack/topology';
import { call } from '@repo/testing';
import type { Deployment } from '../deployed/deployment.ts';
import { docker, type Project } from './project.ts';

/** Removes the containers, not their data, and starts new ones. */
export async function survivesDown(project: Project, { gatewayUrl, running }: Deployment): Promise<string> {
  const before = await countBookings(running.external['payment-provider'].url);
  await project.run(['down', '--timeout', '20']);
  await project.up(['gateway', ...serviceNames]);
  assert.equal(await countBookings(running.external['payment-provider'].url), before);
  assert.equal((await call(`${gatewayUrl}/v1/products/MOUSE`)).status, 200);
  return `${before} bookings of the payment provider, and the products`;
}

async function countBookings(provider: string): Promise<number> {
  return (await call(`${provider}/v1/ledger`)).body.items.length;
}

const processes = [...serviceNames, ...standInNames];

/** Sends SIGTERM; a process that takes longer than its stop_grace_period gets SIGKILL, and has another status. */
export async function stopsCleanly(project: Project): Promise<string> {
  const ids = (await Promise.all(processes.map((name) => project.containersOf(name)))).flat();
  const began = performance.now();
  await project.run(['stop', ...processes]);
  const seconds = (performance.now() - began) / 1_000;
  const statuses = await docker(['inspect', '--format', '{{.State.ExitCode}}', ...ids]);
  assert.deepEqual([...new Set(statuses.split('\n'))], ['0']);
  return `status 0, all within ${seconds.toFixed(1)} s`;
}
