import { tryFor } from '@repo/polling';
import { command, Failure, readRunning, reasonOf } from '@repo/stack';
import { nextSteps } from '../next-steps.ts';

const usage = `
node demo/src/containers/demo.ts [--kubernetes]

Waits until the services are ready, and prints the commands to try next.

  --kubernetes   on a cluster
`;

const WAIT_SECONDS = 300;

await command(usage, { kubernetes: { type: 'boolean' } }, async () => {
  const running = readRunning('.');
  await Promise.all(Object.entries(running.services).map(([name, { url }]) => untilReady(name, url)));
  for (const line of nextSteps(running)) console.log(line);
  return 0;
});

async function untilReady(name: string, url: string): Promise<void> {
  await tryFor({ seconds: WAIT_SECONDS, pauseMs: 250 }, () => mustBeReady(url)).catch((error: unknown) => {
    throw new Failure(`The service ${name} was not ready within ${WAIT_SECONDS} s: ${reasonOf(error)}.`);
  });
}

async function mustBeReady(url: string): Promise<void> {
  const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`the status is ${response.status}`);
}
