import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { reasonOf } from '@repo/stack';
import type { ContainerRuntimeClient } from 'testcontainers';

export type Engine = ContainerRuntimeClient;

/** The engine's own error text, without the prefix of its client. */
export function engineReason(error: unknown): string {
  return reasonOf(error)
    .replace(/^\(HTTP code \d+\) .*? - /, '')
    .trim();
}

const FOLDER = 'tenfold.tests.folder';
const MACHINE = 'tenfold.tests.machine';

/** Tell by which tests a container was started. Several machines may use one engine. */
export const labelsOf = (folder: string) => ({ [FOLDER]: folder, [MACHINE]: hostname() });

/** Removes the containers of a folder and of those in it, with their data, and those whose folder is gone. */
export async function removeContainers({ container: { dockerode } }: Engine, folder: string): Promise<void> {
  const filters = { label: [`${MACHINE}=${hostname()}`] };
  const ours = await dockerode.listContainers({ all: true, filters });
  const isOver = (place = '') =>
    place === folder || place.startsWith(join(folder, '/')) || !existsSync(place);
  const over = ours.filter(({ Labels }) => isOver(Labels[FOLDER]));
  await Promise.all(
    over.map(({ Id }) => dockerode.getContainer(Id).remove({ force: true, v: true }).catch(unlessGone)),
  );
}

/** Somebody else may have removed it by now, or be about to. */
function unlessGone(error: unknown): void {
  const { statusCode } = error as { statusCode?: number };
  if (statusCode !== 404 && statusCode !== 409) throw error;
}
