import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { Failure } from '@repo/stack';

export const root = resolve(import.meta.dirname, '../..');
const files = ['docker-compose.yml', 'e2e/compose/docker-compose.tests.yml'];

/** A compose project of our own. */
export type Project = ReturnType<typeof openProject>;

/**
 * Runs `docker compose` on a project of its own: its containers, networks and volumes have its name.
 *
 * @param ports the values of the port variables of the compose files
 * @param signal ends a running docker command
 */
export function openProject(name: string, ports: Record<string, string>, signal?: AbortSignal) {
  const compose = [
    'compose',
    '--project-name',
    name,
    ...files.flatMap((file) => ['--file', join(root, file)]),
  ];
  const run = (args: string[]) => docker([...compose, ...args], { env: ports, signal });

  return {
    name,
    ports,
    run,
    build: () => run(['build']),
    /** Pulls the images of the servers that are missing. */
    async pull(): Promise<void> {
      const images = (await run(['config', '--images']))
        .split('\n')
        .filter((image) => !image.startsWith('tenfold/'));
      for (const image of new Set(images)) {
        const isHere = await docker(['image', 'inspect', image]).catch(() => '');
        if (!isHere) await docker(['pull', '--quiet', image], { signal });
      }
    },
    /** Starts some services with everything that they need, and waits until they are healthy. */
    up: (names: string[]) => run(['up', '--detach', '--wait', '--pull', 'never', '--no-build', ...names]),
    logs: (service: string) => run(['logs', '--no-color', '--no-log-prefix', service]),
    /** The containers of a service, by their ids. */
    async containersOf(service: string): Promise<string[]> {
      return (await run(['ps', '--quiet', service])).split('\n').filter(Boolean);
    },
    /** Brings a service to so many replicas, and waits until each is healthy. */
    scale: (service: string, replicas: number) =>
      run([
        'up',
        '--detach',
        '--wait',
        '--no-deps',
        '--no-recreate',
        '--scale',
        `${service}=${replicas}`,
        service,
      ]),
    /** Removes everything that it has created, except its images. */
    remove: () =>
      docker([...compose, '--profile', '*', 'down', '--volumes', '--remove-orphans', '--timeout', '5'], {
        env: ports,
      }),
  };
}

/** Runs `docker` and returns its output. Throws a Failure with its last line when its status is not 0. */
export async function docker(
  args: string[],
  { env = {}, signal }: { env?: Record<string, string>; signal?: AbortSignal | undefined } = {},
): Promise<string> {
  const child = spawn('docker', args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal && { signal }),
  });
  const ended = once(child, 'close').catch((error: unknown) => [error]);
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [status] = await ended;
  if (status === 0) return output.trim();
  const lastLine = errors.trim().split('\n').at(-1) ?? '';
  throw new Failure(`docker ${args.filter((arg) => !arg.startsWith('-')).join(' ')} failed: ${lastLine}`);
}
