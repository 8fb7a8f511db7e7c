import { Failure, type Print } from '@repo/stack';
import { getReaper, ImageName } from 'testcontainers';
import { type Engine, engineReason } from './engine.ts';
import { WITHOUT } from './find-engine.ts';

/**
 * Makes sure of images, and of the container by which testcontainers removes what a process leaves that is killed, unless
 * the user wants none.
 */
export async function fetchImages(
  engine: Engine,
  images: string[],
  { print, signal }: { print: Print; signal?: AbortSignal | undefined },
): Promise<void> {
  await unlessAborted(Promise.all(images.map((image) => fetchImage(engine, image, print))), signal);
  try {
    await unlessAborted(getReaper(engine), signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw new Failure(
      `The image testcontainers/ryuk, which removes what killed tests leave, cannot be run (${engineReason(error)}): pull it, or set TESTCONTAINERS_RYUK_DISABLED=true.`,
    );
  }
}

/** A pull cannot be aborted, but waiting for it can. */
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

async function fetchImage({ image: store }: Engine, image: string, print: Print): Promise<void> {
  const name = ImageName.fromString(image);
  try {
    if (await store.exists(name)) return;
    print(`pulling the image ${image}, once`);
    await store.pull(name);
    if (!(await store.exists(name))) throw new Error('it broke off');
  } catch (error) {
    throw new Failure(
      `The image ${image} cannot be pulled (${engineReason(error)}): pull it where its registry can be reached, or ${WITHOUT}.`,
    );
  }
}
