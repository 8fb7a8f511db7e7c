// npm run test:compose: the system in containers, as a user starts it, and with faults.

import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { checkDocker, Failure, interruption } from '@repo/stack';
import { composeFaults } from './compose/faults.ts';
import { checkImage, images, pullBase, rebuildsOneLayer } from './compose/images.ts';
import { inProject, nothingIsLeft } from './compose/in-project.ts';
import type { Project } from './compose/project.ts';
import { measureIdle } from './compose/resources.ts';
import { stopsCleanly, survivesDown } from './compose/shutdown.ts';
import { type Started, start } from './compose/start.ts';
import { atMost, type Checks, openChecks } from './deployed/checks.ts';
import { drillChecks } from './deployed/drill.ts';
import { gatewayChecks } from './deployed/gateway.ts';
import { overloadChecks } from './deployed/overload.ts';
import { runBlackBoxTests } from './deployed/run-tests.ts';

const usage = `
npm run test:compose [-- --no-build] [--no-overload] [--seed 1]

Builds and checks the images, and starts the containers of docker-compose.yml under a name of their own. Then measures
how overload is refused; kills and scales the containers while customers order, and checks every invariant; and runs the
tests of e2e through the gateway. It ends with a table, and leaves no container, network or volume.

  --no-build     the images exist already
  --no-overload  without the measurement under overload
  --seed N       decides the actions of the customers
`;

/** While nothing is ordered, with telemetry that nobody collects. */
const IDLE_CORES = 0.2;

const signal = interruption();
const status = await main().catch((error: unknown) => {
  if (signal.aborted) return 130;
  console.error(error instanceof Failure ? error.message : error);
  return 1;
});
// Clients that still call removed containers need not be waited for.
process.exit(status);

async function main(): Promise<number> {
  const { values } = parseArgs({
    allowNegative: true,
    options: {
      build: { type: 'boolean', default: true },
      overload: { type: 'boolean', default: true },
      seed: { type: 'string', default: String(randomInt(1_000_000)) },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(usage.trim());
    return 0;
  }
  checkDocker();
  const checks = openChecks(console.log);
  const name = await inProject(signal, async (project, dir) => {
    await Promise.all([project.pull(), pullBase()]);
    if (values.build) await checkBuilds(checks, project);
    for (const image of images) await checks.run(`the image of ${image}`, () => checkImage(image, 'local'));
    const started = await start(project, dir);
    await checkIdleSystem(checks, project, started);
    const { deployment, env } = started;
    // First, while the containers and topics are still unused.
    if (values.overload) checks.add(await overloadChecks(env, () => project.logs('gateway')));
    const faults = composeFaults(project, deployment.gatewayUrl);
    checks.add(await drillChecks(deployment, faults, { seed: Number(values.seed), print: console.log }));
    // After the invariants, since these tests leave poison on the topics.
    await checks.run('the tests of e2e, through the gateway', () => runBlackBoxTests(env));
    await checks.run('down and up: no stored data is lost', () => survivesDown(project, deployment));
    await checks.run('every process ends with status 0 after SIGTERM', () => stopsCleanly(project));
  });
  await checks.run('nothing is left', () => nothingIsLeft(name));
  return checks.report();
}

async function checkBuilds(checks: Checks, project: Project): Promise<void> {
  await checks.run('all images are built', async () => {
    await project.build();
    return undefined;
  });
  await checks.run('all images from a warm cache', async () => {
    const began = performance.now();
    await project.build();
    return atMost((performance.now() - began) / 1_000, 60, 's');
  });
  await checks.run('a change of one service rebuilds one layer', rebuildsOneLayer);
}

async function checkIdleSystem(
  checks: Checks,
  project: Project,
  { deployment, firstConfirmedSeconds }: Started,
) {
  await checks.run('images built, nothing running: to the first confirmed order', async () =>
    atMost(firstConfirmedSeconds, 45, 's'),
  );
  const { megabytes, cores } = await measureIdle(project.name, IDLE_CORES);
  await checks.run('memory of all containers', async () => atMost(megabytes, 1_500, 'MB'));
  await checks.run('processors while the system is idle', async () => atMost(cores, IDLE_CORES, 'cores'));
  for (const [promise, test] of gatewayChecks) await checks.run(promise, () => test(deployment.gatewayUrl));
}
