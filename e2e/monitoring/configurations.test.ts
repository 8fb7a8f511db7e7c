// Every configuration, read by the program that uses it.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { monitoring, runProgram } from './program.ts';

const vendor = { VENDOR_OTLP_ENDPOINT: 'https://otlp.example.com', VENDOR_AUTHORIZATION: 'Bearer key' };

const VALID: [Parameters<typeof runProgram>[0], string[], files: string[]][] = [
  ['otelcol-contrib', ['validate'], ['collector/config.yaml']],
  ['otelcol-contrib', ['validate'], ['collector/config.yaml', 'collector/vendor.yaml']],
  ['jaeger', ['validate'], ['jaeger/config.yaml']],
  ['promtool', ['check', 'config'], ['prometheus/prometheus.yml']],
  ['amtool', ['check-config'], ['alertmanager/alertmanager.yml']],
  ['amtool', ['check-config'], ['alertmanager/alertmanager-webhook.yml']],
];

const argumentsFor = (verbs: string[], files: string[]) => {
  const paths = files.map((file) => join(monitoring, file));
  return [...verbs, ...paths.flatMap((path) => (verbs[0] === 'validate' ? ['--config', path] : [path]))];
};

for (const [program, verbs, files] of VALID) {
  test(`${program} accepts ${files.join(' with ')}`, () => {
    const { status, output } = runProgram(program, argumentsFor(verbs, files), { environment: vendor });
    assert.equal(status, 0, output);
  });
}

const RECEIVERS = { page: 'operator', ticket: 'operator', info: 'nobody' };

for (const [severity, receiver] of Object.entries(RECEIVERS)) {
  test(`Alertmanager sends an alert of the severity ${severity} to ${receiver}`, () => {
    for (const name of ['alertmanager', 'alertmanager-webhook']) {
      const config = `--config.file=${join(monitoring, 'alertmanager', name)}.yml`;
      const { status, output } = runProgram('amtool', [
        'config',
        'routes',
        'test',
        config,
        `severity=${severity}`,
      ]);
      assert.equal(status, 0, output);
      // A warning follows the name.
      assert.equal(output.split('\n')[0], receiver);
    }
  });
}

test('without the address of the vendor the collector does not start, and reports which is missing', () => {
  const [, verbs, files] = VALID[1] as (typeof VALID)[number];
  const { status, output } = runProgram('otelcol-contrib', argumentsFor(verbs, files));
  assert.equal(status, 1);
  assert.match(output, /vendor: at least one endpoint must be specified/);
});
