import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { instanceId } from './resource.ts';

test('an instance is named by its host, and by its port or its command where several run on one host', () => {
  const main = '/app/services/meter/src/main.ts';

  assert.equal(instanceId('meter', {}, main), hostname());
  assert.equal(instanceId('meter', { METER_PORT: '3002' }, main), `${hostname()}:3002`);
  assert.equal(instanceId('gas-meter', { GAS_METER_PORT: '3002' }, main), `${hostname()}:3002`);
  assert.equal(instanceId('meter', { METER_PORT: '0' }, main), `${hostname()}:${process.pid}`);
  assert.equal(instanceId('meter', {}, '/app/services/meter/src/reconcile.ts'), `${hostname()}:reconcile`);
});
