// npm run test:compose: the system in containers, as a user starts it, and then in trouble.

import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { checkDocker, Failure, interruption } from '@repo/stack';
import { composeFaults } from './compose/faults.ts';
import { checkImage, images, pullBase, rebuildsOneLayer } from './compose/images.ts';
import { inProject, nothingIsLeft } from './compose/in-project.ts';
import type { Project } from './compose/project.ts';
import { measureResources } from './compose/resources.ts';
import { stopsCleanly, survivesDown } from './compose/shutdown.ts';
import { type Started, start } from './compose/start.ts';
import { atMost, type Checks, openChecks } from './deployed/checks.ts';
import { drillChecks } from './deployed/drill.ts';
import { gatewayChecks } from './deployed/gateway.ts';
import { overloadChecks } from './deployed/overload.ts';
import { runBlackBoxTests } from './deployed/run-tests.ts';

const usage = `
npm run test:compose [-- --no-build] [--no-overload] [--seed 1]

Builds the images, looks into them, and starts the containers of docker-compose.yml under a name of their own. Then runs
the tests of e2e through the gateway; breaks and scales the containers while customers order, and checks every invariant;
and measures how too much load is refused. It ends with a table, and leaves no container, network or volume.

  --no-build     the images are there already
  --no-overload  without the measurement under too much load
  --seed N       what the customers do
`;

const signal = interruption();
const status = await main().catch((error: unknown) => {
  if (signal.aborted) return 130;
  console.error(error instanceof Failure ? error.message : error);
  return 1;
});
// Clients that still ask containers that are gone need not be waited for.
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
    for (const image of images) await checks.look(`the image of ${image}`, () => checkImage(image, 'local'));
    const started = await start(project, dir);
    await checkIdleSystem(checks, project, started);
    const { deployment, env } = started;
    // First, on containers and topics that nobody has touched yet.
    if (values.overload) checks.add(await overloadChecks(env, () => project.logs('gateway')));
    const faults = composeFaults(project, deployment.gatewayUrl);
    checks.add(await drillChecks(deployment, faults, { seed: Number(values.seed), say: console.log }));
    // After the invariants, since these tests leave poison on the topics.
    await checks.look('the tests of e2e, through the gateway', () => runBlackBoxTests(env));
    await checks.look('down and up: all that was written is there', () => survivesDown(project, deployment));
    await checks.look('every process ends in order when it is told to', () => stopsCleanly(project));
  });
  await checks.look('nothing is left', () => nothingIsLeft(name));
  return checks.report();
}

async function checkBuilds(checks: Checks, project: Project): Promise<void> {
  await checks.look('all images are built', async () => {
    await project.build();
    return undefined;
  });
  await checks.look('all images from a warm cache', async () => {
    const began = performance.now();
    await project.build();
    return atMost((performance.now() - began) / 1_000, 60, 's');
  });
  await checks.look('a change of one service rebuilds one layer', rebuildsOneLayer);
}

async function checkIdleSystem(
  checks: Checks,
  project: Project,
  { deployment, firstConfirmedSeconds }: Started,
) {
  await checks.look('images built, nothing running: to the first confirmed order', async () =>
    atMost(firstConfirmedSeconds, 45, 's'),
  );
  const { megabytes, cores } = await measureResources(project.name);
  await checks.look('memory of all containers', async () => atMost(megabytes, 1_500, 'MB'));
  await checks.look('processors while nothing happens', async () => atMost(cores, 0.2, 'cores'));
  for (const [promise, test] of gatewayChecks) await checks.look(promise, () => test(deployment.gatewayUrl));
}
