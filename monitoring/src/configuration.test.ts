// The files of the pipeline in docker-compose.yml, on the cluster and in the programs' own configurations: what one of them
// names, the others must have.

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import project from '@repo/project' with { type: 'json' };
import { serviceNames } from '@repo/stack/topology';
import { parse } from 'yaml';

const root = resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const parsed = (file: string) => parse(read(file), { merge: true, logLevel: 'error' });
const sorted = (names: Iterable<string>) => [...names].sort();

const collector = parsed('monitoring/collector/config.yaml');
const vendor = parsed('monitoring/collector/vendor.yaml');
const prometheus = parsed('monitoring/prometheus/prometheus.yml');
const jaeger = parsed('monitoring/jaeger/config.yaml');
const compose = parsed('docker-compose.yml').services;
const programs = ['collector', 'prometheus', 'alertmanager', 'jaeger', 'victoria-logs'];
const component = (name: string, file: string) => parsed(`k8s/components/monitoring/${name}/${file}.yaml`);
const podOf = (name: string) => component(name, 'deployment').spec.template.spec.containers[0];

/** `${env:NAME:-default}` with its default. */
const withDefault = (text: string) => text.replace(/^\$\{env:\w+:-(.*)\}$/, '$1');
const portOf = (text: string) => Number(withDefault(text).split(':').at(-1));

/** The programs that others name as hosts, each with a port at which it listens. */
const PORTS: Record<string, number[]> = {
  collector: [
    portOf(collector.receivers.otlp.protocols.grpc.endpoint),
    portOf(collector.receivers.otlp.protocols.http.endpoint),
    Number(withDefault(String(collector.service.telemetry.metrics.readers[0].pull.exporter.prometheus.port))),
  ],
  prometheus: [9090],
  alertmanager: [9093],
  jaeger: [
    portOf(jaeger.extensions.jaeger_query.http.endpoint),
    portOf(jaeger.receivers.otlp.protocols.http.endpoint),
  ],
  'victoria-logs': [9428],
};

test('the profile observability starts the programs of the pipeline, and the cluster has the same', () => {
  const started = Object.keys(compose).filter((name) => compose[name].profiles?.includes('observability'));
  assert.deepEqual(sorted(started), sorted(programs));
  assert.deepEqual(sorted(Object.keys(PORTS)), sorted(programs));
  const folders = globSync('k8s/components/monitoring/*/deployment.yaml', { cwd: root });
  assert.deepEqual(sorted(folders.map((file) => file.split('/').at(-2) ?? '')), sorted(programs));
});

for (const name of programs) {
  test(`${name} has the same image, arguments and limit of memory in containers and on the cluster`, () => {
    const pod = podOf(name);
    assert.equal(pod.image, compose[name].image);
    const megabytes = Number(/^(\d+)Mi$/.exec(pod.resources.limits.memory)?.[1]);
    assert.equal(`${megabytes}m`, compose[name].mem_limit);
    // A variable of the compose file is empty unless somebody sets it.
    const command = (compose[name].command as string[]).map((one) => one.replace(/\$\{\w+:\+[^}]*\}/, ''));
    assert.deepEqual(
      pod.args.join(' ').replaceAll('--config=', '--config '),
      command.join(' ').replaceAll('--config=', '--config '),
    );
    const { GOMEMLIMIT } = compose[name].environment ?? {};
    assert.equal(pod.env?.[0]?.value, GOMEMLIMIT);
  });

  test(`${name} can be reached on the cluster at the ports that others use`, () => {
    const { ports } = component(name, 'service').spec;
    assert.deepEqual(
      sorted(ports.map(({ port }: { port: number }) => String(port))),
      sorted((PORTS[name] ?? []).map(String)),
    );
  });
}

test('every address in a configuration is a program of the pipeline, at a port where it listens', () => {
  const endpoints = Object.values(collector.exporters as Record<string, { endpoint: string }>).map(
    ({ endpoint }) => new URL(withDefault(endpoint)).host,
  );
  const targets = [...prometheus.scrape_configs, ...prometheus.alerting.alertmanagers].flatMap(
    ({ static_configs: [{ targets }] }) => targets as string[],
  );
  const sources = parsed('monitoring/grafana/provisioning/datasources/datasources.yaml').datasources.map(
    ({ url }: { url: string }) => new URL(url).host,
  );
  const services = serviceNames.map((name) => {
    const endpoint: string = compose[name].environment.OTEL_EXPORTER_OTLP_ENDPOINT;
    return new URL(/-(http:.*)\}$/.exec(endpoint)?.[1] ?? '').host;
  });
  const addresses: string[] = [...endpoints, ...targets, ...sources, ...services];
  assert.equal(addresses.length, 3 + 4 + sources.length + serviceNames.length);
  for (const address of addresses) {
    const [host = '', port] = address.replace('localhost', 'prometheus').split(':');
    assert.ok(PORTS[host]?.includes(Number(port)), address);
  }
});

test('every service can reach the collector', () => {
  for (const name of serviceNames) {
    assert.ok(compose[name].networks.includes('back'), name);
    const { metadata } = parsed(`k8s/base/${name}/deployment.yaml`).spec.template;
    assert.equal(metadata.labels['app.kubernetes.io/component'], 'service', name);
  }
});

test('only the collector is in a network of the services, and people reach the others on loopback', () => {
  for (const name of [...programs, 'grafana']) {
    const { networks, ports = [] } = compose[name];
    assert.deepEqual(networks, name === 'collector' ? ['back', 'telemetry'] : ['telemetry'], name);
    for (const port of ports) assert.match(port, /^127\.0\.0\.1:\$\{[A-Z_]+:-\d+\}:\d+$/);
    assert.equal(ports.length, name === 'collector' ? 0 : 1, name);
  }
});

test('on the cluster the services send to the collector that production names', () => {
  const url = 'http://collector.observability:4318';
  assert.match(
    read('k8s/overlays/production/environment.env'),
    new RegExp(`^OTEL_EXPORTER_OTLP_ENDPOINT=${url}$`, 'm'),
  );
  assert.match(
    read('k8s/overlays/observed/kustomization.yaml'),
    new RegExp(`OTEL_EXPORTER_OTLP_ENDPOINT=${url}$`, 'm'),
  );
  assert.equal(component('collector', 'service').metadata.name, 'collector');
});

test('the cluster gets every rule, and Prometheus reads every rule', () => {
  const rules = globSync('prometheus/rules/*.yml', { cwd: join(root, 'monitoring') });
  const { configMapGenerator } = parsed('monitoring/kustomization.yaml');
  const [listed] = configMapGenerator.filter(({ name }: { name: string }) => name === 'prometheus-rules');
  assert.deepEqual(listed.files, sorted(rules));
  assert.deepEqual(prometheus.rule_files, ['rules/*.yml']);
});

test('a vendor gets all that the collector exports, and nothing else changes', () => {
  assert.deepEqual(Object.keys(vendor.service.pipelines), Object.keys(collector.service.pipelines));
  for (const pipeline of Object.values(vendor.service.pipelines)) {
    assert.deepEqual(pipeline, { exporters: ['otlp_http/vendor'] });
  }
  assert.deepEqual(Object.keys(vendor), ['exporters', 'service']);
});

test('Alertmanager has the same routes with a receiver and without', () => {
  const [plain, webhook] = ['alertmanager', 'alertmanager-webhook'].map((name) =>
    parsed(`monitoring/alertmanager/${name}.yml`),
  );
  assert.equal(webhook.receivers[0].webhook_configs.length, 1);
  delete webhook.receivers[0].webhook_configs;
  assert.deepEqual(webhook, plain);
});

test('nobody is told of an alert that only explains others', () => {
  const { route, receivers } = parsed('monitoring/alertmanager/alertmanager-webhook.yml');
  assert.deepEqual(route.routes, [{ matchers: ['severity="info"'], receiver: 'nobody' }]);
  assert.deepEqual(receivers[1], { name: 'nobody' });
});

test('the collector knows the secrets and the name of the project', () => {
  const { blocked_values, blocked_key_patterns } = collector.processors.redaction;
  for (const prefix of project.secrets.prefixes)
    assert.ok(blocked_values.includes(`\\b${prefix}\\w+`), prefix);
  for (const field of project.secrets.fields)
    assert.match(blocked_key_patterns[0], new RegExp(`\\b${field}\\b`));
  const alarms = collector.processors.tail_sampling.policies.find(
    ({ name }: { name: string }) => name === 'alarms',
  );
  assert.match(alarms.ottl_condition.span[0], new RegExp(`"${project.name}\\.alarm"`));
});
