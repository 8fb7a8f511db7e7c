import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { runArtillery } from './run-artillery.ts';

let folder: string;
const environment = { ...process.env };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tenfold-artillery-'));
  mkdirSync(join(folder, 'node_modules/artillery/bin'), { recursive: true });
});

afterEach(() => {
  process.env = { ...environment };
  rmSync(folder, { recursive: true });
});

/** Replaces Artillery by a program that records its arguments and environment. */
function artilleryExits(status: number, report: object = {}): void {
  const program = `
    const { writeFileSync } = require('node:fs');
    const args = process.argv.slice(2);
    writeFileSync(${JSON.stringify(join(folder, 'call.json'))}, JSON.stringify({ args, env: process.env }));
    writeFileSync(args[args.indexOf('--output') + 1], ${JSON.stringify(JSON.stringify(report))});
    process.exit(${status});`;
  writeFileSync(join(folder, 'node_modules/artillery/bin/run'), program);
}

function run(more: { usesProxy?: boolean } = {}) {
  const { signal } = new AbortController();
  return runArtillery({
    ...{
      artillery: folder,
      scenario: 'smoke',
      target: 'http://127.0.0.1:1',
      output: join(folder, 'out.json'),
    },
    ...{ variables: { LOAD_RATE: '5' }, isVerbose: false, usesProxy: false, signal, ...more },
  });
}

const call = () => JSON.parse(readFileSync(join(folder, 'call.json'), 'utf8'));

test('the status is that of Artillery, 1 for a missed threshold, and its report is read', async () => {
  const report = { aggregate: { counters: { 'vusers.failed': 3 }, rates: {} } };
  artilleryExits(1, report);
  assert.deepEqual(await run(), { status: 1, report });
  assert.match(
    call().args.join(' '),
    /^run --config \S+smoke\.yml --target http:\/\/127\.0\.0\.1:1 .*customers\.yml$/,
  );
});

test('Artillery sends no telemetry, has no cloud key, and uses no proxy for this machine', async () => {
  Object.assign(process.env, {
    ARTILLERY_CLOUD_API_KEY: 'key',
    HTTP_PROXY: 'http://proxy',
    https_proxy: 'http://proxy',
  });
  artilleryExits(0);
  await run();
  const { env } = call();
  assert.equal(env.ARTILLERY_DISABLE_TELEMETRY, 'true');
  assert.equal(env.LOAD_RATE, '5');
  for (const name of ['ARTILLERY_CLOUD_API_KEY', 'HTTP_PROXY', 'https_proxy'])
    assert.ok(!(name in env), name);
});

test('Artillery may use a proxy for another machine', async () => {
  process.env.HTTP_PROXY = 'http://proxy';
  artilleryExits(0);
  await run({ usesProxy: true });
  assert.equal(call().env.HTTP_PROXY, 'http://proxy');
});
