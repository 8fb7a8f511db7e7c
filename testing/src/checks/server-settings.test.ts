import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { kafkaSettings, postgresLocale, postgresSettings, redisFlags, redisSettings } from '@repo/stack';
import { parse } from 'yaml';
import { root } from '../runner/test-files.ts';

// The servers of docker-compose.yml and those of `npm start` have the same settings.

const composeFile = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
const { services } = parse(composeFile, { merge: true }) as {
  services: Record<string, { image: string; command: string[]; environment: Record<string, unknown> }>;
};

/** Paths, addresses and sizes, which differ between the two. */
const PLACES =
  /^(process\.roles|listener|log\.dirs|log\.preallocate|transaction\.|default\.repl|min\.insync)/;

test('Kafka has the same settings in containers and without', () => {
  const file = readFileSync(join(root, 'kafka/broker.properties'), 'utf8');
  const properties = new Map(file.split('\n').map((line) => line.split('=') as [string, string]));
  const shared = Object.entries(kafkaSettings(1)).filter(([name]) => !PLACES.test(name));
  assert.ok(shared.length > 10);
  for (const [name, value] of shared) assert.equal(properties.get(name), String(value), name);
});

test('Postgres has the same settings in containers and without, except for its log', () => {
  const command = services.postgres?.command ?? [];
  const shared = Object.entries(postgresSettings).filter(([name]) => !name.startsWith('log_'));
  assert.ok(shared.length > 1);
  for (const [name, value] of shared) assert.ok(command.includes(`${name}=${value}`), name);
});

test('Valkey has the same settings in containers and without', () => {
  const flags = redisFlags(redisSettings);
  assert.deepEqual(services.valkey?.command.slice(1, 1 + flags.length), flags);
});

test('the step that refuses data of another major version of Postgres knows the current version', () => {
  const version = services.postgres?.image.split(':')[1];
  assert.equal(String(services.credentials?.environment.POSTGRES_MAJOR), version);
});

test('Postgres has the same collation in containers and without', () => {
  const flags = String(services.postgres?.environment.POSTGRES_INITDB_ARGS).split(' ');
  assert.deepEqual(
    postgresLocale.filter((flag) => !flags.includes(flag)),
    [],
  );
});
