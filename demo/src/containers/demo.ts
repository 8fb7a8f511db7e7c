import { tryFor } from '@repo/polling';
import { command, Failure, interruption, type Running, readRunning, reasonOf } from '@repo/stack';
import { runDemo } from '../run-demo.ts';
import { nextSteps } from './next-steps.ts';

const usage = `
node demo/src/containers/demo.ts [--kubernetes]

Waits until the services are ready, places the demo's orders and prints what happens to each. Its status is 0 if every
order ended as expected.

  --kubernetes   prints the next steps for a cluster
`;

const WAIT_SECONDS = 300;

await command(usage, { kubernetes: { type: 'boolean', default: false } }, async ({ values }) => {
  const running = readRunning('.');
  await untilReady(running);
  // The services send their traces to OTEL_EXPORTER_OTLP_ENDPOINT, or nowhere: this process collects none.
  const context = {
    print: console.log,
    signal: interruption(),
    tracesAreHere: false,
    nextSteps: () => nextSteps(values.kubernetes ? 'kubernetes' : 'compose'),
  };
  return (await runDemo({ running, spans: () => [] }, context)) ? 0 : 1;
});

async function untilReady({ services }: Running): Promise<void> {
  const checks = Object.entries(services).map(([name, { url }]) =>
    tryFor({ seconds: WAIT_SECONDS, pauseMs: 250 }, () => mustBeReady(url)).catch((error: unknown) => {
      throw new Failure(`The service ${name} was not ready within ${WAIT_SECONDS} s: ${reasonOf(error)}.`);
    }),
  );
  await Promise.all(checks);
}

async function mustBeReady(url: string): Promise<void> {
  const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`it answers ${response.status}`);
}
