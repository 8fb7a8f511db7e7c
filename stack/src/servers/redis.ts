import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import type { ProcessSpec } from '../supervisor/processes/child.ts';
import type { StateFolder } from '../supervisor/state-folder.ts';
import { bareEnvironment } from './bare-environment.ts';
import { exchange } from './exchange.ts';
import { isOnPath } from './tools.ts';

/** The Redis that is installed on the machine, if there is one. */
export const installedRedis = () => ['redis-server', 'valkey-server'].find(isOnPath);

/** The Redis that Maven has downloaded. */
export function fetchedRedis(cachePath: string): string {
  const [program] = readdirSync(cachePath).filter((name) => name.startsWith('redis-server-'));
  if (!program) {
    throw new Failure(
      'There is no Redis for this platform to fetch: install one, or give its address as REDIS_URL.',
    );
  }
  chmodSync(join(cachePath, program), 0o755);
  return join(cachePath, program);
}

/** A cache only: nothing is saved, and the least recently used entries are evicted. */
export const redisSettings = {
  save: '',
  appendonly: 'no',
  maxmemory: '64mb',
  'maxmemory-policy': 'allkeys-lru',
};

export const redisFlags = (settings: Record<string, string>) =>
  Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);

export async function redisIsReady(host: string, port: number): Promise<boolean> {
  return (await exchange(host, port, 'PING\r\n')).toString().startsWith('+PONG');
}

export function redisSpec(
  folder: StateFolder,
  program: string,
  port: number,
): { url: string; spec: ProcessSpec } {
  const settings = { port: String(port), bind: '127.0.0.1', ...redisSettings };
  const spec: ProcessSpec = {
    name: 'redis',
    group: 'server',
    command: [program, ...redisFlags(settings)],
    cwd: folder.dir,
    env: bareEnvironment(),
    log: folder.log('redis'),
    isReady: () => redisIsReady('127.0.0.1', port),
    readyWithinMs: 10_000,
    endSignal: 'SIGTERM',
    endWithinMs: 5_000,
    firstAttempts: 2,
  };
  return { url: `redis://127.0.0.1:${port}`, spec };
}
