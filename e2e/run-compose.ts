// npm run test:compose: the system in containers, as a user starts it, and then in trouble.

import { randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkDocker, explainContainers, Failure, interruption } from '@tenfold/stack';
import { checkImage, images } from './compose/check-images.ts';
import { composeFaults } from './compose/faults.ts';
import { measureResources } from './compose/measure-resources.ts';
import { docker } from './compose/project.ts';
import { startProject } from './compose/start-project.ts';
import { gatewayChecks } from './deployed/check-gateway.ts';
import { type Check, reportLines, runCheck } from './deployed/checks.ts';
import { drillChecks } from './deployed/drill.ts';
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
process.exitCode = await run().catch((error: unknown) => {
  if (signal.aborted) return 130;
  console.error(error instanceof Failure ? error.message : error);
  return 1;
});

async function run(): Promise<number> {
  const options = {
    build: { type: 'boolean', default: true },
    overload: { type: 'boolean', default: true },
  } as const;
  const { values } = parseArgs({
    allowNegative: true,
    options: { ...options, seed: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(usage.trim());
    return 0;
  }
  checkDocker();
  const checks: Check[] = [];
  const check = async (what: string, work: () => Promise<unknown>) => {
    signal.throwIfAborted();
    checks.push(await runCheck(what, work, console.log));
  };

  const name = `tenfold-test-${randomBytes(3).toString('hex')}`;
  const dir = mkdtempSync(join(tmpdir(), `${name}-`));
  const { project, start } = await startProject(name, dir);
  try {
    if (values.build)
      await check('the images are built', async () => {
        await project.run(['build']);
      });
    for (const image of images) {
      await check(
        `the image of ${image}`,
        async () => `${(await checkImage(image, 'local')).toFixed(0)} MB of our own`,
      );
    }
    const { deployment, env, firstConfirmedSeconds } = await start();
    await check('built, and nothing running: to the first confirmed order', async () => {
      return atMost(firstConfirmedSeconds, 45, 's');
    });
    await check('memory of all containers', async () =>
      atMost((await measureResources(name)).megabytes, 1_500, 'MB'),
    );
    await check('processors while nothing happens', async () =>
      atMost((await measureResources(name)).cores, 0.2, 'cores'),
    );
    for (const [promise, test] of gatewayChecks) {
      await check(promise, () => test(deployment.gatewayUrl));
    }
    await check('the tests of e2e, through the gateway', () => runBlackBoxTests(env));
    const seed = Number(values.seed ?? randomInt(1_000_000));
    const faults = composeFaults(project, deployment.gatewayUrl);
    checks.push(...(await drillChecks(deployment, faults, { seed, say: console.log })));
    if (values.overload) checks.push(...(await overloadChecks(env)));
    await check('down and up: what was ordered is still there', () => project.survivesRestart(deployment));
    await check('every service ends in order when it is told to', () => project.endsInOrder());
  } catch (error) {
    for (const line of explainContainers(name)) console.error(line);
    throw error;
  } finally {
    await project.remove();
    rmSync(dir, { recursive: true, force: true });
  }
  await check('nothing is left', () => nothingIsLeft(name));
  for (const line of reportLines(checks)) console.log(line);
  return checks.every(({ isRight }) => isRight) ? 0 : 1;
}

function atMost(value: number, limit: number, unit: string): string {
  const figure = `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ${unit}`;
  if (value > limit) throw new Error(`${figure}, at most ${limit}`);
  return `${figure} (at most ${limit})`;
}

async function nothingIsLeft(project: string): Promise<string> {
  const ofProject = ['--quiet', '--filter', `label=com.docker.compose.project=${project}`];
  const left = await Promise.all([
    docker(['ps', '--all', ...ofProject]),
    docker(['network', 'ls', ...ofProject]),
    docker(['volume', 'ls', ...ofProject]),
  ]);
  if (left.some(Boolean)) throw new Error(left.join(' '));
  return 'no container, network or volume';
}
