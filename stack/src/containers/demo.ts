import { command } from '../command.ts';
import { runDemo } from '../demo/run-demo.ts';
import { interruption } from '../interruption.ts';
import { readRunning } from '../running.ts';
import { farewell } from './farewell.ts';

const usage = `
node stack/src/containers/demo.ts

Places the demo's orders at the running system and tells what becomes of them. Its status is 0 if each ended as it
should.
`;

await command(usage, {}, async () => {
  const system = { running: readRunning('.'), spans: () => [] };
  // The services send their traces where OTEL_EXPORTER_OTLP_ENDPOINT says, or nowhere: here nobody collects them.
  const outside = { say: console.log, signal: interruption(), tracesAreHere: false, farewell };
  return (await runDemo(system, outside)) ? 0 : 1;
});
