// npm run test:k8s: the system on a cluster, as a user applies it, and with faults.

import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Failure, interruption } from '@repo/stack';
import { atMost, openChecks } from './deployed/checks.ts';
import { drillChecks } from './deployed/drill.ts';
import { inventoryScales, orderScalesDown, orderScalesUp } from './k8s/autoscaling.ts';
import { type Cluster, checkCluster, imagesOf, NAMESPACE, openCluster, run } from './k8s/cluster.ts';
import { clusterFaults } from './k8s/faults.ts';
import { heedsPolicies } from './k8s/policies.ts';
import {
  acceptsProduction,
  answersAll,
  migratesTwice,
  namesWrongSecret,
  restrictsPods,
  waitsForSchema,
} from './k8s/promises.ts';
import { MANIFESTS, start } from './k8s/start.ts';

const usage = `
npm run test:k8s [-- --context NAME] [--load 'kind load docker-image'] [--seed 1]

Applies k8s/overlays/local to an empty cluster of one node, in the namespace ${NAMESPACE}, which must not exist. Checks its
promises there: admission, roll-outs and killed pods while customers order, with all invariants, a drain, autoscaling,
migrations, wrong secrets. It ends with a table, and removes the namespace. Autoscaling needs metrics-server and KEDA.

  --context NAME  a context of kubectl's configuration (the current one)
  --load COMMAND  loads an image of this machine's Docker into the node; its name is added at the end
  --seed N        decides the actions of the customers
`;

const signal = interruption();
const status = await main().catch((error: unknown) => {
  if (signal.aborted) return 130;
  console.error(error instanceof Failure ? error.message : error);
  return 1;
});
process.exit(status);

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      context: { type: 'string' },
      load: { type: 'string' },
      seed: { type: 'string', default: String(randomInt(1_000_000)) },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(usage.trim());
    return 0;
  }
  const cluster = openCluster(values.context);
  console.log(`Kubernetes ${await checkCluster(cluster, values.context)}`);
  if (values.load) await load(values.load, await imagesOf(cluster, MANIFESTS));
  const dir = mkdtempSync(join(tmpdir(), 'tenfold-k8s-'));
  const interrupted = once(signal, 'abort').then(() => signal.throwIfAborted());
  try {
    return await Promise.race([checkAll(cluster, dir, Number(values.seed)), interrupted as Promise<never>]);
  } finally {
    await cluster.kubectl(['delete', 'namespace', NAMESPACE, '--ignore-not-found', '--timeout', '180s']);
    rmSync(dir, { recursive: true, force: true });
  }
}

async function checkAll(cluster: Cluster, dir: string, seed: number): Promise<number> {
  const checks = openChecks(console.log);
  // First, since an existing Job cannot be changed, not even by a dry run.
  await checks.run('the production overlay is accepted', () => acceptsProduction(cluster));
  const { deployment, firstConfirmedSeconds } = await start(cluster, dir);
  await checks.run('an empty cluster: to the first confirmed order', async () =>
    atMost(firstConfirmedSeconds, 120, 's'),
  );
  await checks.run('every service answers through the gateway', () => answersAll(deployment.gatewayUrl));
  await checks.run('pods are restricted', () => restrictsPods(cluster));
  await checks.run('network policies', () => heedsPolicies(cluster));
  const faults = [...clusterFaults(cluster), orderScalesUp(cluster)];
  checks.add(await drillChecks(deployment, faults, { seed, print: console.log }));
  await checks.run('order scales back without load', () => orderScalesDown(cluster));
  await checks.run('a migrate step is run twice', () => migratesTwice(cluster));
  await checks.run('a pod whose schema is too old is not ready', () => waitsForSchema(cluster, deployment));
  await checks.run('a wrong secret is named', () => namesWrongSecret(cluster));
  await checks.run('inventory scales by its lag', () => inventoryScales(cluster, deployment));
  return checks.report();
}

/** Loads the images that this machine's Docker has. The cluster pulls the others itself. */
async function load(command: string, images: string[]): Promise<void> {
  const [program = '', ...args] = command.split(' ');
  for (const image of images) {
    const isHere = await run('docker', ['image', 'inspect', image]).then(
      () => true,
      () => false,
    );
    if (isHere) await run(program, [...args, image]);
    console.log(`${isHere ? 'loaded' : 'to be pulled'}: ${image}`);
  }
}
