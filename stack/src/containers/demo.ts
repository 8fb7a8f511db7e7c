import { tryFor } from '@repo/polling';
import { command } from '../command.ts';
import { runDemo } from '../demo/run-demo.ts';
import { Failure, reasonOf } from '../failure.ts';
import { interruption } from '../interruption.ts';
import { type Running, readRunning } from '../running.ts';
import { farewellOf } from './farewell.ts';

const usage = `
node stack/src/containers/demo.ts [--kubernetes]

Waits until the services are ready, places the demo's orders, and tells what becomes of them. Its status is 0 if each
ended as it should.

  --kubernetes   says in the end what to try on a cluster
`;

const WAIT_SECONDS = 300;

await command(usage, { kubernetes: { type: 'boolean', default: false } }, async ({ values }) => {
  const running = readRunning('.');
  await untilReady(running);
  // The services send their traces where OTEL_EXPORTER_OTLP_ENDPOINT says, or nowhere: here nobody collects them.
  const outside = {
    say: console.log,
    signal: interruption(),
    tracesAreHere: false,
    farewell: () => farewellOf(values.kubernetes ? 'kubernetes' : 'compose'),
  };
  return (await runDemo({ running, spans: () => [] }, outside)) ? 0 : 1;
});

async function untilReady({ services }: Running): Promise<void> {
  const asks = Object.entries(services).map(([name, { url }]) =>
    tryFor({ seconds: WAIT_SECONDS, pauseMs: 250 }, () => mustBeReady(url)).catch((error: unknown) => {
      throw new Failure(`The service ${name} was not ready within ${WAIT_SECONDS} s: ${reasonOf(error)}.`);
    }),
  );
  await Promise.all(asks);
}

async function mustBeReady(url: string): Promise<void> {
  const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`it answers ${response.status}`);
}
