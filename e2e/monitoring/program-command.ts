import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { Failure } from '@repo/stack';
import { parse } from 'yaml';

const root = resolve(import.meta.dirname, '../..');

/** The programs, and the service of docker-compose.yml whose image contains each. */
const PROGRAMS = {
  'otelcol-contrib': { service: 'collector' },
  prometheus: { service: 'prometheus' },
  promtool: { service: 'prometheus', entrypoint: 'promtool' },
  alertmanager: { service: 'alertmanager' },
  amtool: { service: 'alertmanager', entrypoint: 'amtool' },
  jaeger: { service: 'jaeger' },
} as const satisfies Record<string, { service: string; entrypoint?: string }>;

export type ProgramName = keyof typeof PROGRAMS;

/**
 * The program itself where it is on the PATH, else the image that docker-compose.yml names, in a container that shares the
 * network of this machine and sees the same folders under the same paths.
 */
export function commandOf(
  name: ProgramName,
  args: string[],
  { dir, environment }: { dir: string; environment: Record<string, string> },
): [string, ...string[]] {
  if (isInstalled(name)) return [name, ...args];
  const { service, entrypoint } = { entrypoint: undefined, ...PROGRAMS[name] };
  const image = imageOf(service);
  const { status } = spawnSync('docker', ['image', 'inspect', image], { stdio: 'ignore' });
  if (status !== 0) {
    throw new Failure(
      `${name} is neither on the PATH nor in an image: run docker compose --profile observability pull, or install it.`,
    );
  }
  return [
    'docker',
    'run',
    ...['--rm', '--pull', 'never', '--name', `${name}-${randomUUID()}`, '--network', 'host'],
    ...['--user', `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`],
    ...Object.entries(environment).flatMap(([variable, value]) => ['--env', `${variable}=${value}`]),
    ...['--volume', `${root}:${root}:ro`, '--volume', `${dir}:${dir}`],
    ...(entrypoint ? ['--entrypoint', entrypoint] : []),
    image,
    ...args,
  ];
}

function isInstalled(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The image of a service. The versions are in docker-compose.yml alone. */
function imageOf(service: string): string {
  const { services } = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true });
  return services[service].image;
}
