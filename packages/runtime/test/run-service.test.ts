import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { ownEnvironment, startTelemetryReceiver } from '@repo/testing';

test('a service that cannot start logs the reason in one line, exports it with its start, and ends with status 1', async () => {
  const telemetry = await startTelemetryReceiver();
  const script = `
    import { ProcessConfig, runService } from '@repo/runtime';
    const createApp = async () => { throw new Error('no such meter'); };
    await runService('meter', ProcessConfig, createApp, process.env);`;
  const flags = ['--import', '@repo/observability/preload', '--input-type=module', '-e', script];
  const env = ownEnvironment({ ...telemetry.env, OTEL_METRIC_EXPORT_INTERVAL: '60000' });
  const service = spawn(process.execPath, flags, {
    cwd: import.meta.dirname,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output, [status]] = await Promise.all([text(service.stdout), once(service, 'exit')]);

  const [line, ...more] = output.trimEnd().split('\n');
  const { level, msg, err } = JSON.parse(line ?? '');
  assert.deepEqual(
    [status, level, msg, err.message, more],
    [1, 60, 'the service cannot start', 'no such meter', []],
  );
  assert.deepEqual(
    telemetry.records().map(({ body }) => body),
    ['the service cannot start'],
  );
  assert.ok(telemetry.metric('tenfold.process.start_time'));
});
