import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import { serviceNames, services, standInNames, standIns } from '@repo/stack/topology';
import { parse } from 'yaml';

const root = resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const sorted = (names: Iterable<string>) => [...names].sort();
const numbered = (name: string) => name.replaceAll('-', '_').toUpperCase();

type Container = { healthcheck?: { test: string[] }; environment?: Record<string, string>; image?: string };
const compose = parse(read('docker-compose.yml'), { merge: true }) as { services: Record<string, Container> };
const images = Object.values(compose.services).flatMap(
  ({ image = '' }) => /^[\w-]+\/([\w-]+):\$/.exec(image)?.[1] ?? [],
);

test('docker-compose.yml has every service and stand-in, with its migrate step and its databases', () => {
  assert.deepEqual(sorted(new Set(images)), sorted([...serviceNames, ...standInNames, 'tools']));
  const steps = Object.keys(compose.services).filter((name) => name.endsWith('-migrate'));
  assert.deepEqual(sorted(steps), sorted(serviceNames.map((name) => `${name}-migrate`)));
  assert.deepEqual(
    sorted(Object.keys(compose.services.databases?.environment ?? {})),
    sorted(['POSTGRES_URL_FILE', ...serviceNames.flatMap(databaseFiles)]),
  );
});

const databaseFiles = (name: string) =>
  ['DATABASE', 'MIGRATOR_DATABASE'].map((role) => `${numbered(name)}_${role}_URL_FILE`);

for (const name of serviceNames) {
  const { port, needs } = services[name];

  test(`${name} has the same port and the same needs in containers, behind the gateway and in the manifests`, () => {
    const container = compose.services[name];
    assert.match(String(container?.healthcheck?.test), new RegExp(`:${port[1]}/readyz`));
    const offers = Object.values(standIns).flatMap((standIn) => Object.keys(standIn.offers));
    const optional = ['REDIS_URL', ...offers];
    assert.deepEqual(
      sorted(Object.keys(container?.environment ?? {}).filter((variable) => optional.includes(variable))),
      sorted(needs),
    );
    assert.match(read('gateway/haproxy.cfg'), new RegExp(`^ +server-template ${name} .*:${port[1]}"$`, 'm'));
    assert.match(read(`k8s/base/${name}/deployment.yaml`), new RegExp(`containerPort: ${port[1]}$`, 'm'));
  });
}

for (const name of standInNames) {
  test(`${name} has the same ports in containers as on this machine`, () => {
    const container = compose.services[name];
    assert.match(String(container?.healthcheck?.test), new RegExp(`:${standIns[name].ports[0][1]}/livez`));
    assert.ok(Object.keys(container?.environment ?? {}).includes(standIns[name].file));
  });
}

test('the gateway, the manifests and the images are of these services and no others', () => {
  const gateway = read('gateway/haproxy.cfg');
  const backends = gateway.matchAll(/^backend (\S+) from service$/gm).map(([, name = '']) => name);
  assert.deepEqual(sorted(backends), sorted(serviceNames));
  assert.match(gateway, new RegExp(`path -m reg \\^/\\(${serviceNames.join('\\|')}\\)/`));
  const manifests = globSync('k8s/base/*/deployment.yaml', { cwd: root });
  assert.deepEqual(sorted(manifests.map((file) => basename(dirname(file)))), sorted(serviceNames));
  const targets = read('Dockerfile')
    .matchAll(/^FROM process AS (\S+)$/gm)
    .map(([, name = '']) => name);
  assert.deepEqual(sorted(targets), sorted([...serviceNames, ...standInNames, 'tools']));
});

test('the commands of the image `tools` find every service and stand-in in containers', () => {
  const running = JSON.parse(read('stack/src/containers/running.json'));
  const urls = (processes: Record<string, { url: string }>) =>
    Object.entries(processes).map(([name, { url }]) => [name, url]);
  assert.deepEqual(
    urls(running.services),
    serviceNames.map((name) => [name, `http://gateway:8080/${name}`]),
  );
  assert.deepEqual(
    urls(running.external),
    standInNames.map((name) => [name, `http://${name}:${standIns[name].ports[0][1]}`]),
  );
});
