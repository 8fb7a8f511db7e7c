import assert from 'node:assert/strict';
import { openDatabase, sql } from '@repo/postgres';
import { serviceNames } from '@repo/stack/topology';
import { call, eventually } from '@repo/testing';
import type { Deployment } from '../deployed/deployment.ts';
import { type Cluster, NAMESPACE } from './cluster.ts';

/** Every pod exists, so the namespace's Pod Security has admitted it. A privileged pod is refused. */
export async function restrictsPods(cluster: Cluster): Promise<string> {
  const pods = await cluster.read(['pods'], '{.metadata.name}');
  const wanted = { name: 'wants-more', namespace: NAMESPACE };
  const container = { name: 'main', image: 'tenfold/tools:local', securityContext: { privileged: true } };
  const manifest = { apiVersion: 'v1', kind: 'Pod', metadata: wanted, spec: { containers: [container] } };
  const refusal = await cluster.apply(manifest).then(
    () => 'it was admitted',
    (error: Error) => error.message,
  );
  assert.match(refusal, /violates PodSecurity "restricted/);
  return `${pods.length} pods admitted; a privileged one refused`;
}

/** A second migrate step finds nothing to do. */
export async function migratesTwice(cluster: Cluster): Promise<string> {
  const job = JSON.parse(await cluster.kubectl(['get', 'job', 'order-migrate', '--output', 'json']));
  const { selector: _selector, ...spec } = job.spec;
  const { labels } = spec.template.metadata;
  for (const name of Object.keys(labels)) if (/controller-uid|job-name/.test(name)) delete labels[name];
  const metadata = { name: 'order-migrate-again', namespace: NAMESPACE };
  await cluster.apply({ apiVersion: 'batch/v1', kind: 'Job', metadata, spec });
  await cluster.kubectl(['wait', '--for=condition=Complete', 'job/order-migrate-again', '--timeout', '120s']);
  const log = await cluster.kubectl(['logs', 'job/order-migrate-again']);
  assert.match(log, /"applied":\[\]/);
  return 'the second run applies nothing';
}

const TOO_OLD = 'The schema is too old';
const REFUSED = 'refuses the user or the password in DATABASE_URL';

/** Removes the newest migration from the list of applied ones, and starts a pod that needs it. */
export async function waitsForSchema(cluster: Cluster, { running }: Deployment): Promise<string> {
  const service = serviceNames.at(-1) as string;
  const url = new URL(running.servers.postgres.url);
  url.pathname = `/${service}`;
  const database = openDatabase({ url: url.href, name: 'test', connections: 1 });
  try {
    const [row] = await database.query(sql<{ name: string; checksum: string }>`
      delete from schema_migrations
      where name = (select max(name) from schema_migrations)
      returning name, checksum`);
    assert.ok(row);
    const message = await newPodIsNotReady(cluster, service, TOO_OLD);
    await database.query(
      sql`insert into schema_migrations (name, checksum) values (${row.name}, ${row.checksum})`,
    );
    await cluster.rolledOut(service);
    return message;
  } finally {
    await database.close();
  }
}

/** Gives payment a wrong password, and starts a pod that uses it. */
export async function namesWrongSecret(cluster: Cluster): Promise<string> {
  const url = new URL(await cluster.secret('payment-database', 'url'));
  const right = url.href;
  url.password = 'wrong';
  await setSecret(cluster, url.href);
  try {
    return await newPodIsNotReady(cluster, 'payment', REFUSED);
  } finally {
    await setSecret(cluster, right);
    await cluster.kubectl(['rollout', 'restart', 'deployment/payment']);
    await cluster.rolledOut('payment');
  }
}

async function setSecret(cluster: Cluster, url: string): Promise<void> {
  const patch = JSON.stringify({ stringData: { url } });
  await cluster.kubectl(['patch', 'secret', 'payment-database', '--patch', patch]);
}

/** Starts a roll-out, and returns what the new pod logs about why it is not ready. The old pod still serves. */
async function newPodIsNotReady(cluster: Cluster, service: string, reason: string): Promise<string> {
  const before = await cluster.podsOf(service);
  await cluster.kubectl(['rollout', 'restart', `deployment/${service}`]);
  const line = await eventually(
    async () => {
      const [pod] = (await cluster.podsOf(service)).filter((name) => !before.includes(name));
      const log = await cluster.kubectl(['logs', pod as string]);
      return log.split('\n').find((each) => each.includes(reason));
    },
    { timeoutMs: 120_000, everyMs: 500, what: `a pod of ${service} that logs: ${reason}` },
  );
  const ready = await cluster.read(
    ['pods', '--selector', `app.kubernetes.io/name=${service}`],
    '{.metadata.name} {.status.conditions[?(@.type=="Ready")].status}',
  );
  assert.deepEqual(
    ready.filter((each) => each.endsWith('True')).map((each) => each.split(' ')[0]),
    before,
    'the old pod alone is ready',
  );
  const { msg, err } = JSON.parse(line) as { msg: string; err: { message: string } };
  return `${msg}: ${err.message}`;
}

/** Applies the production overlay as a dry run, for the kinds that the API server knows. It needs the namespace for that. */
export async function acceptsProduction(cluster: Cluster): Promise<string> {
  await cluster.kubectl(['apply', '--filename', 'k8s/base/namespace.yaml']);
  const rendered = await cluster.kubectl(['kustomize', 'k8s/overlays/production']);
  const known = new Set((await cluster.kubectl(['api-resources', '--no-headers'])).split('\n').map(kindOf));
  const manifests = rendered.split(/^---$/m);
  const ours = manifests.filter((manifest) => known.has(/^kind: (\w+)$/m.exec(manifest)?.[1] ?? ''));
  await cluster.kubectl(['apply', '--dry-run=server', '--filename', '-'], ours.join('---\n'));
  const others = manifests.length - ours.length;
  return `${ours.length} manifests by its dry run; ${others} of operators by their schemas (npm test -- k8s)`;
}

const kindOf = (line: string) => line.trim().split(/\s+/).at(-1) ?? '';

export async function answersAll(gatewayUrl: string): Promise<string> {
  const statuses = serviceNames.map(
    async (service) => (await call(`${gatewayUrl}/${service}/readyz`)).status,
  );
  assert.deepEqual(new Set(await Promise.all(statuses)), new Set([200]));
  return '';
}
