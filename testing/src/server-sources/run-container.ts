import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Failure, lastLogLine } from '@repo/stack';
import { GenericContainer, Wait } from 'testcontainers';
import { eventually } from '../eventually.ts';
import type { ContainerSpec } from './container-specs.ts';
import { engineReason, labelsOf } from './engine.ts';

const READY_WITHIN_MS = 60_000;

/**
 * Runs a server in a container until somebody removes it, with its log in a folder, and answers its address once it
 * serves. Throws a Failure where it does not.
 */
export async function runContainer(
  containerSpec: ContainerSpec,
  { dir, signal }: { dir: string; signal: AbortSignal },
): Promise<string> {
  signal.throwIfAborted();
  const log = join(dir, `${containerSpec.name}.log`);
  const { isOver } = await begin(containerSpec, dir, log);
  const hasCome = async () => signal.aborted || isOver() || (await containerSpec.isReady());
  await eventually(hasCome, { timeoutMs: READY_WITHIN_MS, everyMs: 50 }).catch(() => {});
  signal.throwIfAborted();
  if (isOver() || !(await containerSpec.isReady().catch(() => false)))
    throw new Failure(
      `The image ${containerSpec.image} does not serve in its container: ${lastLogLine(log)}`,
    );
  return containerSpec.address;
}

async function begin({ image, ...containerSpec }: ContainerSpec, dir: string, log: string) {
  let isOver = false;
  const container = new GenericContainer(image)
    .withExposedPorts(containerSpec.ports)
    .withCommand(containerSpec.command)
    .withEnvironment(containerSpec.environment)
    .withLabels(labelsOf(dir))
    // The log stream ends with the container.
    .withLogConsumer((lines) => {
      void pipeline(lines, createWriteStream(log))
        .catch(() => {})
        .finally(() => {
          isOver = true;
        });
    })
    // Whether a server serves is asked in its own protocol, as where it is a process.
    .withWaitStrategy(Wait.forAll([]));
  try {
    await container.start();
  } catch (error) {
    throw new Failure(`The image ${image} does not start in a container: ${engineReason(error)}`);
  }
  return { isOver: () => isOver };
}
