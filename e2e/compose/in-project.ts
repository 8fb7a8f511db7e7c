import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explainContainers, isAlive } from '@repo/stack';
import { docker, openProject, type Project } from './project.ts';

const PREFIX = 'tenfold-test-';
const PORTS = [
  'GATEWAY',
  'MAILBOX',
  'TEST_POSTGRES',
  'TEST_KAFKA',
  'TEST_PAYMENT_PROVIDER',
  'TEST_IDENTITY_PROVIDER',
];

/**
 * Works with a compose project of this process's own, on free ports, and removes everything that it has created. It also
 * removes the projects of earlier runs that were killed.
 *
 * @param signal aborts the work
 * @returns the project's name
 */
export async function inProject(
  signal: AbortSignal,
  work: (project: Project, dir: string) => Promise<void>,
): Promise<string> {
  const name = `${PREFIX}${process.pid}`;
  const ports = await freePorts();
  await removeLeftovers(ports);
  const dir = mkdtempSync(join(tmpdir(), `${name}-`));
  const project = openProject(name, ports, signal);
  const interrupted = once(signal, 'abort').then(() => signal.throwIfAborted());
  try {
    await Promise.race([work(project, dir), interrupted]);
  } catch (error) {
    if (!signal.aborted) for (const line of explainContainers(name)) console.error(line);
    throw error;
  } finally {
    await project.remove();
    rmSync(dir, { recursive: true, force: true });
  }
  return name;
}

async function removeLeftovers(ports: Record<string, string>): Promise<void> {
  const label = '{{.Label "com.docker.compose.project"}}';
  const lists = [
    ['ps', '--all'],
    ['network', 'ls'],
    ['volume', 'ls'],
  ].map((list) => docker([...list, '--format', label]));
  const names = new Set((await Promise.all(lists)).join('\n').split('\n'));
  for (const name of names) {
    const [, pid] = new RegExp(`^${PREFIX}(\\d+)$`).exec(name) ?? [];
    if (pid && !isAlive(Number(pid))) await openProject(name, ports).remove();
  }
}

async function freePorts(): Promise<Record<string, string>> {
  const servers = PORTS.map(() => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server, index) => {
    const { port } = server.address() as { port: number };
    return [`${PORTS[index]}_PORT`, String(port)] as const;
  });
  // All at once, so that no port is used twice.
  for (const server of servers) server.close();
  return Object.fromEntries(ports);
}

export async function nothingIsLeft(project: string): Promise<string> {
  const ofProject = ['--quiet', '--filter', `label=com.docker.compose.project=${project}`];
  const left = await Promise.all([
    docker(['ps', '--all', ...ofProject]),
    docker(['network', 'ls', ...ofProject]),
    docker(['volume', 'ls', ...ofProject]),
  ]);
  if (left.some(Boolean)) throw new Error(left.join(' '));
  return 'no container, network or volume';
}
