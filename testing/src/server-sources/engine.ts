import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Failure, reasonOf, type Say } from '@tenfold/stack';
import { type ContainerRuntimeClient, getContainerRuntimeClient, getReaper, ImageName } from 'testcontainers';

export type Engine = ContainerRuntimeClient;

const WITHOUT = 'run the tests without --containers';
const ANSWERS_WITHIN_MS = 10_000;

/** The container engine of this machine, or that of DOCKER_HOST. Throws a Failure where none answers. */
export async function findEngine(): Promise<Engine> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('no answer')), ANSWERS_WITHIN_MS);
  try {
    return await Promise.race([getContainerRuntimeClient(), late]);
  } catch {
    throw new Failure(`No Docker answers: start it, set DOCKER_HOST to one that runs, or ${WITHOUT}.`);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Makes sure of images, and of the container by which testcontainers removes what a process leaves that is killed, unless
 * the user wants none.
 */
export async function fetchImages(
  engine: Engine,
  images: string[],
  { say, signal }: { say: Say; signal?: AbortSignal | undefined },
): Promise<void> {
  await unlessAborted(Promise.all(images.map((image) => fetchImage(engine, image, say))), signal);
  try {
    await unlessAborted(getReaper(engine), signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw new Failure(
      `The image testcontainers/ryuk, which removes what killed tests leave, cannot be run (${engineReason(error)}): pull it, or set TESTCONTAINERS_RYUK_DISABLED=true.`,
    );
  }
}

/** A pull cannot be broken off; whoever waits for it can be. */
async function unlessAborted<Result>(task: Promise<Result>, signal?: AbortSignal): Promise<Result> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(signal?.reason);
  signal?.addEventListener('abort', giveUp);
  try {
    signal?.throwIfAborted();
    return await Promise.race([task, aborted]);
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
}

async function fetchImage({ image: store }: Engine, image: string, say: Say): Promise<void> {
  const name = ImageName.fromString(image);
  try {
    if (await store.exists(name)) return;
    say(`pulling the image ${image}, once`);
    await store.pull(name);
  } catch (error) {
    throw new Failure(
      `The image ${image} cannot be pulled (${engineReason(error)}): pull it where its registry can be reached, or ${WITHOUT}.`,
    );
  }
}

/** What the engine says is wrong, which stands at the end of what its client says. */
export function engineReason(error: unknown): string {
  const { json } = error as { json?: { message?: string } };
  return (json?.message ?? reasonOf(error)).trim();
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
