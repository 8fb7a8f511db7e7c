import { packages } from './packages.ts';
import type { ServerSource } from './server-source.ts';

/** Tells the processes of test files where their servers are to come from. */
export const IN_CONTAINERS = { TEST_SERVERS: 'containers' };

export function areInContainers(env = process.env): boolean {
  return env.TEST_SERVERS === IN_CONTAINERS.TEST_SERVERS;
}

/**
 * Opens the source of servers that was asked for. The one of containers throws a Failure where no engine answers, or an
 * image cannot be had.
 */
export async function openSource({
  inContainers,
  signal,
}: {
  inContainers: boolean;
  signal?: AbortSignal | undefined;
}): Promise<ServerSource> {
  if (!inContainers) return packages;
  // Loaded only here, with a library of a hundred packages.
  const { openContainers } = await import('./containers.ts');
  return openContainers({ print: console.log, signal });
}
