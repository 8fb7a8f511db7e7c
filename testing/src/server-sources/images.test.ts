import assert from 'node:assert/strict';
import { test } from 'node:test';
import { images } from './images.ts';

test('tests meet the servers of docker-compose.yml, in its versions', () => {
  assert.match(images.postgres, /^postgres:\d/);
  assert.match(images.valkey, /^valkey\/valkey:\d/);
  assert.match(images.kafka, /^apache\/kafka:\d/);
});
