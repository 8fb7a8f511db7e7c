import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repository } from '../project.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { portVariables, serviceNames, standIns, usualPorts } from '../topology.ts';
import { inherited } from './environment.ts';
import { directly } from './proxies.ts';
import { serviceSpec } from './run-services.ts';

const read = (file: string) => readFileSync(join(repository, file), 'utf8');
const variablesIn = (file: string) =>
  [...read(file).matchAll(/^ {2}([A-Z_]+): /gm)].map(([, name]) => name ?? '');

/** The variables of every service, each where the package that reads it describes it. */
const ofEach = [
  'packages/runtime/src/run-service.ts',
  'packages/http/src/requests/identity-config.ts',
  'packages/postgres/src/database-config.ts',
  'packages/events/src/kafka/kafka-config.ts',
].flatMap(variablesIn);
const supervisor = { folder: { log: () => '' } } as unknown as Supervisor;
const [postgresUrl, redisUrl, kafkaBrokers] = ['postgres://pg', 'redis://redis', 'kafka:1'];
const addresses = { postgresUrl, redisUrl, kafkaBrokers };
const around = {
  collector: { url: 'http://collector', secret: 'secret' },
  ports: usualPorts,
  addresses,
  serviceAddresses: directly(addresses, usualPorts),
  jwksUrl: 'http://keys',
};

/** The variables that the stack sets itself; all others are passed on from the user. */
const DECIDED = [
  ...['HOST', 'DATABASE_URL', 'KAFKA_BROKERS', 'IDENTITY_ISSUER', 'IDENTITY_JWKS_URL', 'IDENTITY_AUDIENCE'],
  ...['REDIS_URL', ...portVariables, ...Object.values(standIns).flatMap(({ offers }) => Object.keys(offers))],
];

for (const service of serviceNames) {
  const variables = [...ofEach, ...variablesIn(`services/${service}/src/config.ts`)];

  test(`${service} gets every variable that it reads, with the value of the user where there is one`, () => {
    const given = Object.fromEntries(variables.map((name) => [name, 'as given']));
    const env = inherited(given, 'id');
    const instance = { name: service, port: 9, databaseUrl: 'postgres://own', dev: false };
    const spec = serviceSpec(supervisor, service, instance, { ...around, env });

    for (const name of variables) {
      assert.ok(spec.env[name], name);
      assert.equal(spec.env[name] === 'as given', !DECIDED.includes(name), name);
    }
  });

  test(`the page about configuration names every variable of ${service}`, () => {
    const page = read('docs/configuration.md');
    for (const name of variables) assert.ok(page.includes(`\`${name}\``), name);
  });
}

test('the variables are found', () => {
  assert.ok(ofEach.includes('SHUTDOWN_SECONDS'));
  for (const service of serviceNames)
    assert.ok(variablesIn(`services/${service}/src/config.ts`).length > 0, service);
});
